-- One row per way in which a row of an output broke its contract. Such rows are not in the output.
CREATE EXTERNAL TABLE finalize_errors_v1 (
  run_id       VARCHAR  NOT NULL  COMMENT 'the run',
  rule_name    VARCHAR  NOT NULL  COMMENT 'rule that made the row',
  output_name  VARCHAR  NOT NULL  COMMENT 'table that the row was for',
  row_key      VARCHAR  NOT NULL  COMMENT 'key of the row, parts joined by :, a NULL part is ∅',
  error_code   VARCHAR  NOT NULL  COMMENT 'what is wrong',
  column_path  VARCHAR  NOT NULL  COMMENT 'where: a column path, or the name of a check',
  message      VARCHAR  NOT NULL  COMMENT 'the same for people',
  sample       VARCHAR            COMMENT 'the value, of a check the row; at most 512 bytes',
  path         VARCHAR            COMMENT 'path in the repository, if the row has one',
  PRIMARY KEY (run_id, output_name, row_key, error_code, column_path)
)
STORED AS DELTATABLE
LOCATION 'control/finalize_errors_v1'
OPTIONS (
  'norma.kind'                          'control',
  'norma.comment'                       'one row per way in which a row of an output broke its contract',
  'norma.schema_version'                '1',
  'norma.alias'                         'finalize_errors',
  'norma.sort'                          'run_id, output_name, row_key, error_code, column_path',
  'norma.coordinates'                   'none',
  'norma.values.error_code'             'CAST_FAILED, NULL_VALUE, BAD_VALUE, CHECK_FAILED, BAD_ID, ORPHAN_UNIT',
  'norma.text'                          'cut:512',
  'delta.enableChangeDataFeed'          'true',
  'delta.enableRowTracking'             'true',
  'delta.enableInCommitTimestamps'      'true',
  'delta.targetFileSize'                '67108864',
  'delta.dataSkippingStatsColumns'      'run_id,output_name,error_code',
  'delta.logRetentionDuration'          'interval 30 days',
  'delta.deletedFileRetentionDuration'  'interval 7 days'
);
