-- One row per SCIP index that was read.
CREATE EXTERNAL TABLE scip_indexes (
  index_id                VARCHAR  NOT NULL  COMMENT 'identity of the index, made of its label',
  label                   VARCHAR  NOT NULL  COMMENT 'configured name, else the file name without suffix',
  index_sha256            VARCHAR  NOT NULL  COMMENT 'SHA-256 of the index file, 64 lower-case hex digits',
  protocol_version        INT      NOT NULL  COMMENT 'protocol version of the index',
  tool_name               VARCHAR  NOT NULL  COMMENT 'tool that made it',
  tool_version            VARCHAR  NOT NULL  COMMENT 'version of the tool',
  text_document_encoding  INT      NOT NULL  COMMENT 'encoding of document texts, as in the index',
  document_count          BIGINT   NOT NULL  COMMENT 'documents',
  occurrence_count        BIGINT   NOT NULL  COMMENT 'occurrences',
  symbol_count            BIGINT   NOT NULL  COMMENT 'symbols of documents',
  external_symbol_count   BIGINT   NOT NULL  COMMENT 'symbols of other packages',
  PRIMARY KEY (index_id)
)
STORED AS DELTATABLE
LOCATION 'evidence/scip_indexes'
OPTIONS (
  'norma.kind'                          'evidence',
  'norma.comment'                       'one row per SCIP index that was read',
  'norma.schema_version'                '1',
  'norma.sort'                          'index_id',
  'norma.coordinates'                   'none',
  'norma.replace_by'                    'table',
  'norma.ids'                           'index_id',
  'delta.enableChangeDataFeed'          'true',
  'delta.enableRowTracking'             'true',
  'delta.enableInCommitTimestamps'      'true',
  'delta.targetFileSize'                '67108864',
  'delta.dataSkippingStatsColumns'      'index_id,label',
  'delta.logRetentionDuration'          'interval 30 days',
  'delta.deletedFileRetentionDuration'  'interval 7 days'
);
