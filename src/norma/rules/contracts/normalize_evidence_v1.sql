-- One row per row of the outputs that speak as evidence: who says what of which place, and how sure it is.
CREATE EXTERNAL TABLE normalize_evidence_v1 (
  evidence_id         VARCHAR  NOT NULL  COMMENT 'identity of the evidence',
  rule_name           VARCHAR  NOT NULL  COMMENT 'rule that made the row',
  output_name         VARCHAR  NOT NULL  COMMENT 'table of the row',
  row_id              VARCHAR  NOT NULL  COMMENT 'key of the row, parts joined by :',
  file_id             VARCHAR            COMMENT 'identity of the file; NULL if the row belongs to none',
  path                VARCHAR            COMMENT 'path in the repository, with /',
  span                STRUCT<
                        "bstart" BIGINT,
                        "bend" BIGINT,
                        "ok" BOOLEAN,
                        "start" STRUCT<"line" INT, "col" INT>,
                        "end" STRUCT<"line" INT, "col" INT>,
                        "line_base" INT,
                        "col_unit" VARCHAR,
                        "end_exclusive" BOOLEAN
                      >                  COMMENT 'the place of the row; NULL if the table has no span',
  span_id             VARCHAR            COMMENT 'identity of the span; NULL if it has no bytes',
  evidence_family     VARCHAR  NOT NULL  COMMENT 'what kind of fact it is',
  source              VARCHAR  NOT NULL  COMMENT 'who says so',
  role                VARCHAR  NOT NULL  COMMENT 'what it says, in one word',
  confidence          REAL     NOT NULL  COMMENT 'how sure it is, from 0 to 1',
  ambiguity_group_id  VARCHAR            COMMENT 'rows of one group exclude each other; NULL: no rival',
  PRIMARY KEY (evidence_id)
)
STORED AS DELTATABLE
LOCATION 'normalize/normalize_evidence_v1'
OPTIONS (
  'norma.kind'                          'output',
  'norma.comment'                       'one row per row of the outputs that speak as evidence',
  'norma.schema_version'                '1',
  'norma.alias'                         'normalize_evidence',
  'norma.sort'                          'path, span.bstart, rule_name, row_id',
  'norma.coordinates'                   'bytes',
  'norma.replace_by'                    'table',
  'norma.ids'                           'evidence_id, file_id, span_id, ambiguity_group_id',
  'norma.values.evidence_family'        'type, cst, bytecode, scip, diagnostic, span',
  'norma.check.confidence'              'confidence BETWEEN 0 AND 1',
  'delta.enableChangeDataFeed'          'true',
  'delta.enableRowTracking'             'true',
  'delta.enableInCommitTimestamps'      'true',
  'delta.targetFileSize'                '67108864',
  'delta.dataSkippingStatsColumns'      'path,span.bstart,rule_name,confidence',
  'delta.logRetentionDuration'          'interval 30 days',
  'delta.deletedFileRetentionDuration'  'interval 7 days'
);
