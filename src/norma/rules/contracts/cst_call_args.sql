-- One row per argument of a call.
CREATE EXTERNAL TABLE cst_call_args (
  file_id         VARCHAR  NOT NULL  COMMENT 'identity of the file, free of its content',
  path            VARCHAR  NOT NULL  COMMENT 'path in the repository, with /',
  call_id         VARCHAR  NOT NULL  COMMENT 'the call',
  arg_index       INT      NOT NULL  COMMENT 'place of the argument, from 0',
  keyword         VARCHAR            COMMENT 'keyword of the argument; NULL if it has none',
  star            VARCHAR  NOT NULL  COMMENT 'empty, * or **',
  arg_shape       VARCHAR  NOT NULL  COMMENT 'node kind of the value',
  arg_text        VARCHAR  NOT NULL  COMMENT 'source text of the value, at most 512 bytes',
  raw_start_line  INT                COMMENT 'line of the start, counted from 0',
  raw_start_col   INT                COMMENT 'column of the start, bytes from the start of the line',
  raw_end_line    INT                COMMENT 'line of the end, counted from 0',
  raw_end_col     INT                COMMENT 'column of the end, exclusive',
  bstart          BIGINT             COMMENT 'first byte in the file: the argument',
  bend            BIGINT             COMMENT 'byte after the last',
  span_ok         BOOLEAN  NOT NULL  COMMENT 'both ends were converted exactly',
  span_reason     VARCHAR            COMMENT 'why they were not; NULL exactly when span_ok',
  PRIMARY KEY (call_id, arg_index)
)
STORED AS DELTATABLE
LOCATION 'evidence/cst_call_args'
OPTIONS (
  'norma.kind'                          'evidence',
  'norma.comment'                       'one row per argument of a call',
  'norma.schema_version'                '1',
  'norma.sort'                          'path, bstart, call_id, arg_index',
  'norma.coordinates'                   'bytes',
  'norma.replace_by'                    'path',
  'norma.ids'                           'file_id, call_id',
  'norma.text'                          'cut:512',
  'norma.values.star'                   ''''', *, **',
  'norma.check.span_order'              'bstart <= bend',
  'norma.check.span_pair'               '(bstart IS NULL) = (bend IS NULL)',
  'norma.check.span_reason'             'span_ok = (span_reason IS NULL)',
  'norma.check.arg_index'               'arg_index >= 0',
  'norma.reference.file_id'             'repo_files.file_id',
  'norma.reference.call_id'             'cst_callsites.call_id',
  'delta.enableChangeDataFeed'          'true',
  'delta.enableRowTracking'             'true',
  'delta.enableInCommitTimestamps'      'true',
  'delta.targetFileSize'                '67108864',
  'delta.dataSkippingStatsColumns'      'path,bstart,call_id',
  'delta.logRetentionDuration'          'interval 30 days',
  'delta.deletedFileRetentionDuration'  'interval 7 days'
);
