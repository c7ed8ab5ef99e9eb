-- One row per occurrence of a symbol in a SCIP document.
CREATE EXTERNAL TABLE scip_occurrences_norm_v1 (
  file_id                 VARCHAR                          COMMENT 'the file; NULL if it was not scanned',
  path                    VARCHAR                NOT NULL  COMMENT 'path in the repository, with /',
  span                    STRUCT<
                            "bstart" BIGINT,
                            "bend" BIGINT,
                            "ok" BOOLEAN,
                            "start" STRUCT<"line" INT, "col" INT>,
                            "end" STRUCT<"line" INT, "col" INT>,
                            "line_base" INT,
                            "col_unit" VARCHAR,
                            "end_exclusive" BOOLEAN
                          >                      NOT NULL  COMMENT 'the occurrence; without bytes if the document is stale',
  span_id                 VARCHAR                          COMMENT 'identity of the span; NULL if it has no bytes',
  enc_span                STRUCT<
                            "bstart" BIGINT,
                            "bend" BIGINT,
                            "ok" BOOLEAN,
                            "start" STRUCT<"line" INT, "col" INT>,
                            "end" STRUCT<"line" INT, "col" INT>,
                            "line_base" INT,
                            "col_unit" VARCHAR,
                            "end_exclusive" BOOLEAN
                          >                      NOT NULL  COMMENT 'what the occurrence encloses, such as a whole definition; without numbers if nothing',
  document_id             VARCHAR                NOT NULL  COMMENT 'the document',
  occ_index               INT                    NOT NULL  COMMENT 'place in the document, from 0',
  symbol                  VARCHAR                NOT NULL  COMMENT 'the SCIP symbol',
  symbol_roles            INT                    NOT NULL  COMMENT 'role bits as in the index',
  is_definition           BOOLEAN                NOT NULL  COMMENT 'role bit 1',
  is_import               BOOLEAN                NOT NULL  COMMENT 'role bit 2',
  is_write                BOOLEAN                NOT NULL  COMMENT 'role bit 4',
  is_read                 BOOLEAN                NOT NULL  COMMENT 'role bit 8',
  is_generated            BOOLEAN                NOT NULL  COMMENT 'role bit 16',
  is_test                 BOOLEAN                NOT NULL  COMMENT 'role bit 32',
  is_forward_definition   BOOLEAN                NOT NULL  COMMENT 'role bit 64',
  syntax_kind             INT                    NOT NULL  COMMENT 'kind of syntax, as in the index',
  override_documentation  ARRAY<VARCHAR>         NOT NULL  COMMENT 'documentation of this occurrence alone',
  is_stale                BOOLEAN                NOT NULL  COMMENT 'the document describes another state of the file',
  attrs                   MAP(VARCHAR, VARCHAR)  NOT NULL  COMMENT 'exceptions only; empty for an ordinary row',
  PRIMARY KEY (document_id, occ_index)
)
STORED AS DELTATABLE
LOCATION 'normalize/scip_occurrences_norm_v1'
OPTIONS (
  'norma.kind'                          'output',
  'norma.comment'                       'one row per occurrence of a symbol in a SCIP document',
  'norma.schema_version'                '1',
  'norma.alias'                         'scip_occurrences_norm',
  'norma.sort'                          'path, span.bstart, document_id, occ_index',
  'norma.coordinates'                   'bytes',
  'norma.replace_by'                    'path',
  'norma.not_null'                      'span.ok, span.line_base, span.col_unit, span.end_exclusive, enc_span.ok, enc_span.line_base, enc_span.col_unit, enc_span.end_exclusive, override_documentation[]',
  'norma.ids'                           'file_id, span_id, document_id',
  'norma.check.span_order'              'span[''bstart''] <= span[''bend'']',
  'norma.check.span_policy'             'span[''line_base''] = 0 AND span[''end_exclusive'']',
  'norma.check.enc_span_order'          'enc_span[''bstart''] <= enc_span[''bend'']',
  'norma.check.enc_span_policy'         'enc_span[''line_base''] = 0 AND enc_span[''end_exclusive'']',
  'norma.reference.file_id'             'repo_files.file_id',
  'norma.reference.document_id'         'scip_documents.document_id',
  'delta.enableChangeDataFeed'          'true',
  'delta.enableRowTracking'             'true',
  'delta.enableInCommitTimestamps'      'true',
  'delta.targetFileSize'                '67108864',
  'delta.dataSkippingStatsColumns'      'path,span.bstart,document_id,symbol',
  'delta.logRetentionDuration'          'interval 30 days',
  'delta.deletedFileRetentionDuration'  'interval 7 days'
);
