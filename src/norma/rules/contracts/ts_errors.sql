-- One row per outermost ERROR node of tree-sitter.
CREATE EXTERNAL TABLE ts_errors (
  file_id         VARCHAR  NOT NULL  COMMENT 'identity of the file, free of its content',
  path            VARCHAR  NOT NULL  COMMENT 'path in the repository, with /',
  ts_error_id     VARCHAR  NOT NULL  COMMENT 'identity of the node',
  ordinal         INT      NOT NULL  COMMENT 'rank from 0 among errors of equal parent kind',
  parent_kind     VARCHAR  NOT NULL  COMMENT 'node kind of the parent',
  kind            VARCHAR  NOT NULL  COMMENT 'always ERROR',
  text            VARCHAR  NOT NULL  COMMENT 'source text, at most 512 bytes',
  raw_start_line  INT                COMMENT 'line of the start, counted from 0',
  raw_start_col   INT                COMMENT 'column of the start, bytes from the start of the line',
  raw_end_line    INT                COMMENT 'line of the end, counted from 0',
  raw_end_col     INT                COMMENT 'column of the end, exclusive',
  bstart          BIGINT             COMMENT 'first byte in the file: the node',
  bend            BIGINT             COMMENT 'byte after the last',
  span_ok         BOOLEAN  NOT NULL  COMMENT 'both ends were converted exactly',
  span_reason     VARCHAR            COMMENT 'why they were not; NULL exactly when span_ok',
  PRIMARY KEY (ts_error_id)
)
STORED AS DELTATABLE
LOCATION 'evidence/ts_errors'
OPTIONS (
  'norma.kind'                          'evidence',
  'norma.comment'                       'one row per outermost ERROR node of tree-sitter',
  'norma.schema_version'                '1',
  'norma.sort'                          'path, bstart, ts_error_id',
  'norma.coordinates'                   'bytes',
  'norma.replace_by'                    'path',
  'norma.ids'                           'file_id, ts_error_id',
  'norma.text'                          'cut:512',
  'norma.values.kind'                   'ERROR',
  'norma.check.span_order'              'bstart <= bend',
  'norma.check.span_pair'               '(bstart IS NULL) = (bend IS NULL)',
  'norma.check.span_reason'             'span_ok = (span_reason IS NULL)',
  'norma.reference.file_id'             'repo_files.file_id',
  'delta.enableChangeDataFeed'          'true',
  'delta.enableRowTracking'             'true',
  'delta.enableInCommitTimestamps'      'true',
  'delta.targetFileSize'                '67108864',
  'delta.dataSkippingStatsColumns'      'path,bstart,ts_error_id',
  'delta.logRetentionDuration'          'interval 30 days',
  'delta.deletedFileRetentionDuration'  'interval 7 days'
);
