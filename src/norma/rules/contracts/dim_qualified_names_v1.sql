-- One row per distinct qualified name.
CREATE EXTERNAL TABLE dim_qualified_names_v1 (
  qname_id  VARCHAR  NOT NULL  COMMENT 'identity of the name',
  qname     VARCHAR  NOT NULL  COMMENT 'the name',
  PRIMARY KEY (qname_id)
)
STORED AS DELTATABLE
LOCATION 'normalize/dim_qualified_names_v1'
OPTIONS (
  'norma.kind'                          'output',
  'norma.comment'                       'one row per distinct qualified name',
  'norma.schema_version'                '1',
  'norma.alias'                         'dim_qualified_names',
  'norma.sort'                          'qname',
  'norma.coordinates'                   'none',
  'norma.replace_by'                    'table',
  'norma.ids'                           'qname_id',
  'delta.enableChangeDataFeed'          'true',
  'delta.enableRowTracking'             'true',
  'delta.enableInCommitTimestamps'      'true',
  'delta.targetFileSize'                '67108864',
  'delta.dataSkippingStatsColumns'      'qname_id,qname',
  'delta.logRetentionDuration'          'interval 30 days',
  'delta.deletedFileRetentionDuration'  'interval 7 days'
);
