-- One row per state that a run has reached.
CREATE EXTERNAL TABLE runs_v1 (
  run_id          VARCHAR                NOT NULL  COMMENT 'identity of the run, given or made at its start',
  state           VARCHAR                NOT NULL  COMMENT 'open, complete or failed; only complete rows are followed',
  run_number      BIGINT                           COMMENT 'version of this table that opened the run, its number in every txn; NULL while open',
  time_unix_ms    BIGINT                 NOT NULL  COMMENT 'when the state was reached, milliseconds since 1970 UTC',
  norma_version   VARCHAR                NOT NULL  COMMENT 'version of the program',
  inputs_hash     VARCHAR                NOT NULL  COMMENT 'hash over paths, contents, settings and catalogue; equal for equal runs',
  limits          MAP(VARCHAR, VARCHAR)  NOT NULL  COMMENT 'limits in force, by name',
  isolation       VARCHAR                NOT NULL  COMMENT 'how workers were confined',
  exit_code       INT                              COMMENT 'exit code of the command; NULL while open',
  absent_inputs   ARRAY<VARCHAR>         NOT NULL  COMMENT 'inputs of rules whose producer did not run',
  catalogue_hash  VARCHAR                NOT NULL  COMMENT 'the function catalogue, see functions_v1',
  tables          ARRAY<STRUCT<
                    "name" VARCHAR,
                    "version" BIGINT,
                    "txn" BIGINT,
                    "row_count" BIGINT,
                    "error_rows" BIGINT,
                    "contract_hash" VARCHAR,
                    "fingerprint" VARCHAR
                  >>                     NOT NULL  COMMENT 'what the run wrote, one element a table',
  PRIMARY KEY (run_id, state)
)
STORED AS DELTATABLE
LOCATION 'control/runs_v1'
OPTIONS (
  'norma.kind'                          'control',
  'norma.comment'                       'one row per state that a run has reached',
  'norma.schema_version'                '1',
  'norma.alias'                         'runs',
  'norma.sort'                          'run_id, state',
  'norma.coordinates'                   'none',
  'norma.not_null'                      'absent_inputs[], tables[].name',
  'norma.values.state'                  'open, complete, failed',
  'delta.enableChangeDataFeed'          'true',
  'delta.enableRowTracking'             'true',
  'delta.enableInCommitTimestamps'      'true',
  'delta.targetFileSize'                '67108864',
  'delta.dataSkippingStatsColumns'      'run_id,state,run_number,time_unix_ms',
  'delta.logRetentionDuration'          'interval 30 days',
  'delta.deletedFileRetentionDuration'  'interval 7 days'
);
