-- One row per symbol that a SCIP document or index describes.
CREATE EXTERNAL TABLE scip_symbol_information (
  index_id            VARCHAR         NOT NULL  COMMENT 'the index',
  document_id         VARCHAR                   COMMENT 'the document; NULL for a symbol of another package',
  document_key        VARCHAR         NOT NULL  COMMENT 'document_id, or external',
  symbol              VARCHAR         NOT NULL  COMMENT 'the SCIP symbol',
  display_name        VARCHAR                   COMMENT 'name for people',
  kind                INT             NOT NULL  COMMENT 'kind of symbol, as in the index',
  kind_name           VARCHAR         NOT NULL  COMMENT 'its name in the SCIP protocol',
  enclosing_symbol    VARCHAR                   COMMENT 'symbol that holds this one',
  documentation       ARRAY<VARCHAR>  NOT NULL  COMMENT 'documentation in Markdown',
  signature_text      VARCHAR                   COMMENT 'signature',
  signature_language  VARCHAR                   COMMENT 'language of the signature',
  type_text           VARCHAR                   COMMENT 'type named by the documentation, if it is one type expression',
  PRIMARY KEY (index_id, document_key, symbol)
)
STORED AS DELTATABLE
LOCATION 'evidence/scip_symbol_information'
OPTIONS (
  'norma.kind'                          'evidence',
  'norma.comment'                       'one row per symbol that a SCIP document or index describes',
  'norma.schema_version'                '1',
  'norma.sort'                          'index_id, document_key, symbol',
  'norma.coordinates'                   'none',
  'norma.replace_by'                    'table',
  'norma.not_null'                      'documentation[]',
  'norma.ids'                           'index_id, document_id',
  'norma.reference.index_id'            'scip_indexes.index_id',
  'norma.reference.document_id'         'scip_documents.document_id',
  'delta.enableChangeDataFeed'          'true',
  'delta.enableRowTracking'             'true',
  'delta.enableInCommitTimestamps'      'true',
  'delta.targetFileSize'                '67108864',
  'delta.dataSkippingStatsColumns'      'index_id,document_key,symbol',
  'delta.logRetentionDuration'          'interval 30 days',
  'delta.deletedFileRetentionDuration'  'interval 7 days'
);
