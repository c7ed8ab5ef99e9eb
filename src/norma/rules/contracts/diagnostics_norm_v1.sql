-- One row per diagnostic of any producer.
CREATE EXTERNAL TABLE diagnostics_norm_v1 (
  file_id      VARCHAR                          COMMENT 'the file; NULL if it was not scanned',
  path         VARCHAR                NOT NULL  COMMENT 'path in the repository, with /',
  span         STRUCT<
                 "bstart" BIGINT,
                 "bend" BIGINT,
                 "ok" BOOLEAN,
                 "start" STRUCT<"line" INT, "col" INT>,
                 "end" STRUCT<"line" INT, "col" INT>,
                 "line_base" INT,
                 "col_unit" VARCHAR,
                 "end_exclusive" BOOLEAN
               >                      NOT NULL  COMMENT 'the place; without bytes if it is not known',
  diag_id      VARCHAR                NOT NULL  COMMENT 'identity of the diagnostic, free of positions',
  severity     VARCHAR                NOT NULL  COMMENT 'ERROR, WARNING, INFO, HINT or UNKNOWN',
  message      VARCHAR                NOT NULL  COMMENT 'what is wrong, for people; holds no ids and no positions',
  diag_source  VARCHAR                NOT NULL  COMMENT 'who says so',
  code         VARCHAR                NOT NULL  COMMENT 'the diagnostic in one word',
  details      ARRAY<STRUCT<
                 "detail_kind" VARCHAR,
                 "error_type" VARCHAR,
                 "source" VARCHAR,
                 "tags" ARRAY<VARCHAR>
               >>                     NOT NULL  COMMENT 'further facts; empty for most sources',
  attrs        MAP(VARCHAR, VARCHAR)  NOT NULL  COMMENT 'further facts by name: count, reason, scope_id, …; empty for an ordinary row',
  PRIMARY KEY (diag_id)
)
STORED AS DELTATABLE
LOCATION 'normalize/diagnostics_norm_v1'
OPTIONS (
  'norma.kind'                          'output',
  'norma.comment'                       'one row per diagnostic of any producer',
  'norma.schema_version'                '1',
  'norma.alias'                         'diagnostics_norm',
  'norma.sort'                          'path, span.bstart, severity, diag_source, code, diag_id',
  'norma.coordinates'                   'bytes',
  'norma.replace_by'                    'path',
  'norma.not_null'                      'span.ok, span.line_base, span.col_unit, span.end_exclusive, details[].detail_kind',
  'norma.ids'                           'file_id, diag_id',
  'norma.values.severity'               'ERROR, WARNING, INFO, HINT, UNKNOWN',
  'norma.values.diag_source'            'cpython, treesitter, scip, symtable_bytecode, extract, span',
  'norma.check.span_order'              'span[''bstart''] <= span[''bend'']',
  'norma.check.span_policy'             'span[''line_base''] = 0 AND span[''end_exclusive'']',
  'norma.evidence.emit'                 'true',
  'norma.evidence.family'               'diagnostic',
  'norma.evidence.source'               'column:diag_source',
  'norma.evidence.role'                 'column:severity',
  'norma.evidence.confidence'           '1.0',
  'delta.enableChangeDataFeed'          'true',
  'delta.enableRowTracking'             'true',
  'delta.enableInCommitTimestamps'      'true',
  'delta.targetFileSize'                '67108864',
  'delta.dataSkippingStatsColumns'      'path,span.bstart,severity,code',
  'delta.logRetentionDuration'          'interval 30 days',
  'delta.deletedFileRetentionDuration'  'interval 7 days'
);
