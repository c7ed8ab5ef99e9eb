-- One row per related pair of SCIP symbols.
CREATE EXTERNAL TABLE scip_relationships (
  index_id            VARCHAR  NOT NULL  COMMENT 'the index',
  document_key        VARCHAR  NOT NULL  COMMENT 'document that says so, or external',
  symbol              VARCHAR  NOT NULL  COMMENT 'the SCIP symbol',
  related_symbol      VARCHAR  NOT NULL  COMMENT 'the symbol it relates to',
  is_reference        BOOLEAN  NOT NULL  COMMENT 'references of one are references of the other',
  is_implementation   BOOLEAN  NOT NULL  COMMENT 'the symbol implements the other',
  is_type_definition  BOOLEAN  NOT NULL  COMMENT 'the other is the type of the symbol',
  is_definition       BOOLEAN  NOT NULL  COMMENT 'the other defines the symbol',
  PRIMARY KEY (index_id, document_key, symbol, related_symbol)
)
STORED AS DELTATABLE
LOCATION 'evidence/scip_relationships'
OPTIONS (
  'norma.kind'                          'evidence',
  'norma.comment'                       'one row per related pair of SCIP symbols',
  'norma.schema_version'                '1',
  'norma.sort'                          'index_id, document_key, symbol, related_symbol',
  'norma.coordinates'                   'none',
  'norma.replace_by'                    'table',
  'norma.ids'                           'index_id',
  'norma.reference.index_id'            'scip_indexes.index_id',
  'delta.enableChangeDataFeed'          'true',
  'delta.enableRowTracking'             'true',
  'delta.enableInCommitTimestamps'      'true',
  'delta.targetFileSize'                '67108864',
  'delta.dataSkippingStatsColumns'      'index_id,document_key,symbol',
  'delta.logRetentionDuration'          'interval 30 days',
  'delta.deletedFileRetentionDuration'  'interval 7 days'
);
