-- One row per setting that was in force in a run.
CREATE EXTERNAL TABLE settings_v1 (
  run_id  VARCHAR  NOT NULL  COMMENT 'the run',
  name    VARCHAR  NOT NULL  COMMENT 'name of the setting',
  value   VARCHAR            COMMENT 'its value; NULL if it is not set',
  source  VARCHAR  NOT NULL  COMMENT 'where it came from: option, variable, file, default, engine',
  PRIMARY KEY (run_id, name)
)
STORED AS DELTATABLE
LOCATION 'control/settings_v1'
OPTIONS (
  'norma.kind'                          'control',
  'norma.comment'                       'one row per setting that was in force in a run',
  'norma.schema_version'                '1',
  'norma.alias'                         'settings',
  'norma.sort'                          'run_id, name',
  'norma.coordinates'                   'none',
  'norma.values.source'                 'option, variable, file, default, engine',
  'delta.enableChangeDataFeed'          'true',
  'delta.enableRowTracking'             'true',
  'delta.enableInCommitTimestamps'      'true',
  'delta.targetFileSize'                '67108864',
  'delta.dataSkippingStatsColumns'      'run_id,name',
  'delta.logRetentionDuration'          'interval 30 days',
  'delta.deletedFileRetentionDuration'  'interval 7 days'
);
