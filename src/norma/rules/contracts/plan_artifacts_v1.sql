-- One row per document that explains how a run made a table.
CREATE EXTERNAL TABLE plan_artifacts_v1 (
  run_id   VARCHAR  NOT NULL  COMMENT 'the run',
  state    VARCHAR  NOT NULL  COMMENT 'open, complete or failed; only complete rows are followed',
  subject  VARCHAR  NOT NULL  COMMENT 'rule or table that the document is about',
  kind     VARCHAR  NOT NULL  COMMENT 'what it is: ddl, sql, explain, def, inputs, output, report, …',
  content  VARCHAR  NOT NULL  COMMENT 'the document',
  PRIMARY KEY (run_id, state, subject, kind)
)
STORED AS DELTATABLE
LOCATION 'control/plan_artifacts_v1'
OPTIONS (
  'norma.kind'                          'control',
  'norma.comment'                       'one row per document that explains how a run made a table',
  'norma.schema_version'                '1',
  'norma.alias'                         'plan_artifacts',
  'norma.sort'                          'run_id, state, subject, kind',
  'norma.coordinates'                   'none',
  'norma.values.state'                  'open, complete, failed',
  'delta.enableChangeDataFeed'          'true',
  'delta.enableRowTracking'             'true',
  'delta.enableInCommitTimestamps'      'true',
  'delta.targetFileSize'                '67108864',
  'delta.dataSkippingStatsColumns'      'run_id,state,subject,kind',
  'delta.logRetentionDuration'          'interval 30 days',
  'delta.deletedFileRetentionDuration'  'interval 7 days'
);
