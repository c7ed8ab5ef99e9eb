-- One row per event of a run.
CREATE EXTERNAL TABLE events_v1 (
  run_id        VARCHAR                NOT NULL  COMMENT 'the run',
  state         VARCHAR                NOT NULL  COMMENT 'open, complete or failed; only complete rows are followed',
  seq           BIGINT                 NOT NULL  COMMENT 'place of the event in the run, from 0',
  time_unix_ms  BIGINT                 NOT NULL  COMMENT 'when it happened, milliseconds since 1970 UTC',
  level         VARCHAR                NOT NULL  COMMENT 'INFO, WARNING or ERROR',
  code          VARCHAR                NOT NULL  COMMENT 'the event in one word',
  stage         VARCHAR                NOT NULL  COMMENT 'part of the run that reports it',
  subject       VARCHAR                          COMMENT 'what it is about: a rule, a table, a path',
  message       VARCHAR                NOT NULL  COMMENT 'what happened, for people',
  attrs         MAP(VARCHAR, VARCHAR)  NOT NULL  COMMENT 'further facts by name',
  PRIMARY KEY (run_id, state, seq)
)
STORED AS DELTATABLE
LOCATION 'control/events_v1'
OPTIONS (
  'norma.kind'                          'control',
  'norma.comment'                       'one row per event of a run',
  'norma.schema_version'                '1',
  'norma.alias'                         'events',
  'norma.sort'                          'run_id, state, seq',
  'norma.coordinates'                   'none',
  'norma.values.state'                  'open, complete, failed',
  'norma.values.level'                  'INFO, WARNING, ERROR',
  'delta.enableChangeDataFeed'          'true',
  'delta.enableRowTracking'             'true',
  'delta.enableInCommitTimestamps'      'true',
  'delta.targetFileSize'                '67108864',
  'delta.dataSkippingStatsColumns'      'run_id,state,seq,level,code',
  'delta.logRetentionDuration'          'interval 30 days',
  'delta.deletedFileRetentionDuration'  'interval 7 days'
);
