-- One row per output that a run wrote: what the gate let through.
CREATE EXTERNAL TABLE finalize_stats_v1 (
  run_id           VARCHAR         NOT NULL  COMMENT 'the run',
  rule_name        VARCHAR         NOT NULL  COMMENT 'rule that made the rows',
  output_name      VARCHAR         NOT NULL  COMMENT 'table that the rows are for',
  input_rows       BIGINT          NOT NULL  COMMENT 'rows that the rule made',
  good_rows        BIGINT          NOT NULL  COMMENT 'rows that were written',
  error_rows       BIGINT          NOT NULL  COMMENT 'rows that broke the contract, see finalize_errors_v1',
  deduped_rows     BIGINT          NOT NULL  COMMENT 'rows left out because another one has their key',
  missing_columns  ARRAY<VARCHAR>  NOT NULL  COMMENT 'declared, but not made by the rule: NULL in every row',
  dropped_columns  ARRAY<VARCHAR>  NOT NULL  COMMENT 'made by the rule, but not declared',
  cast_columns     ARRAY<VARCHAR>  NOT NULL  COMMENT 'made with another type than declared',
  errors           ARRAY<STRUCT<
                     "code" VARCHAR,
                     "count" BIGINT
                   >>              NOT NULL  COMMENT 'failures by code',
  PRIMARY KEY (run_id, output_name)
)
STORED AS DELTATABLE
LOCATION 'control/finalize_stats_v1'
OPTIONS (
  'norma.kind'                          'control',
  'norma.comment'                       'one row per output that a run wrote: what the gate let through',
  'norma.schema_version'                '1',
  'norma.alias'                         'finalize_stats',
  'norma.sort'                          'run_id, output_name',
  'norma.coordinates'                   'none',
  'norma.not_null'                      'missing_columns[], dropped_columns[], cast_columns[], errors[].code, errors[].count',
  'norma.check.rows'                    'input_rows = good_rows + error_rows + deduped_rows',
  'delta.enableChangeDataFeed'          'true',
  'delta.enableRowTracking'             'true',
  'delta.enableInCommitTimestamps'      'true',
  'delta.targetFileSize'                '67108864',
  'delta.dataSkippingStatsColumns'      'run_id,output_name',
  'delta.logRetentionDuration'          'interval 30 days',
  'delta.deletedFileRetentionDuration'  'interval 7 days'
);
