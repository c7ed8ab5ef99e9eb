-- One row per signature of a SQL function, once for each distinct catalogue.
CREATE EXTERNAL TABLE functions_v1 (
  catalogue_hash  VARCHAR  NOT NULL  COMMENT 'hash over the whole catalogue',
  name            VARCHAR  NOT NULL  COMMENT 'name of the function',
  signature       VARCHAR  NOT NULL  COMMENT 'argument types of one form',
  kind            VARCHAR  NOT NULL  COMMENT 'scalar, aggregate, window, table or higher_order',
  result          VARCHAR            COMMENT 'result type; NULL if it depends on the arguments',
  volatility      VARCHAR  NOT NULL  COMMENT 'immutable, stable or volatile',
  origin          VARCHAR  NOT NULL  COMMENT 'engine or norma',
  description     VARCHAR            COMMENT 'what it does',
  syntax          VARCHAR            COMMENT 'how it is called',
  PRIMARY KEY (catalogue_hash, name, signature)
)
STORED AS DELTATABLE
LOCATION 'control/functions_v1'
OPTIONS (
  'norma.kind'                          'control',
  'norma.comment'                       'one row per signature of a SQL function, once for each distinct catalogue',
  'norma.schema_version'                '1',
  'norma.alias'                         'functions',
  'norma.sort'                          'catalogue_hash, name, signature',
  'norma.coordinates'                   'none',
  'norma.values.origin'                 'engine, norma',
  'norma.values.volatility'             'immutable, stable, volatile',
  'delta.enableChangeDataFeed'          'true',
  'delta.enableRowTracking'             'true',
  'delta.enableInCommitTimestamps'      'true',
  'delta.targetFileSize'                '67108864',
  'delta.dataSkippingStatsColumns'      'catalogue_hash,name',
  'delta.logRetentionDuration'          'interval 30 days',
  'delta.deletedFileRetentionDuration'  'interval 7 days'
);
