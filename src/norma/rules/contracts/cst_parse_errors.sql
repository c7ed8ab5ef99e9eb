-- One row per refusal of a whole file by CPython or by tree-sitter.
CREATE EXTERNAL TABLE cst_parse_errors (
  file_id         VARCHAR  NOT NULL  COMMENT 'identity of the file, free of its content',
  path            VARCHAR  NOT NULL  COMMENT 'path in the repository, with /',
  parse_error_id  VARCHAR  NOT NULL  COMMENT 'identity of the refusal',
  parser          VARCHAR  NOT NULL  COMMENT 'who refused: cpython or treesitter',
  py_tag          VARCHAR  NOT NULL  COMMENT 'interpreter cache tag; none for treesitter',
  error_type      VARCHAR  NOT NULL  COMMENT 'SyntaxError, IndentationError, TabError, or NoTree',
  message         VARCHAR  NOT NULL  COMMENT 'the parser''s own message',
  col_unit        VARCHAR  NOT NULL  COMMENT 'unit of the columns: utf32, utf8 or byte',
  raw_start_line  INT                COMMENT 'line of the start, counted from 1',
  raw_start_col   INT                COMMENT 'column of the start, counted from 1 in col_unit',
  raw_end_line    INT                COMMENT 'line of the end, counted from 1',
  raw_end_col     INT                COMMENT 'column of the end, exclusive',
  bstart          BIGINT             COMMENT 'first byte in the file: what the parser points at',
  bend            BIGINT             COMMENT 'byte after the last',
  span_ok         BOOLEAN  NOT NULL  COMMENT 'both ends were converted exactly',
  span_reason     VARCHAR            COMMENT 'why they were not; NULL exactly when span_ok',
  PRIMARY KEY (parse_error_id)
)
STORED AS DELTATABLE
LOCATION 'evidence/cst_parse_errors'
OPTIONS (
  'norma.kind'                          'evidence',
  'norma.comment'                       'one row per refusal of a whole file by CPython or by tree-sitter',
  'norma.schema_version'                '1',
  'norma.sort'                          'path, parser, py_tag',
  'norma.coordinates'                   'bytes',
  'norma.replace_by'                    'path',
  'norma.ids'                           'file_id, parse_error_id',
  'norma.values.parser'                 'cpython, treesitter',
  'norma.values.error_type'             'SyntaxError, IndentationError, TabError, NoTree',
  'norma.values.col_unit'               'utf32, utf8, byte',
  'norma.check.span_order'              'bstart <= bend',
  'norma.check.span_pair'               '(bstart IS NULL) = (bend IS NULL)',
  'norma.check.span_reason'             'span_ok = (span_reason IS NULL)',
  'norma.reference.file_id'             'repo_files.file_id',
  'delta.enableChangeDataFeed'          'true',
  'delta.enableRowTracking'             'true',
  'delta.enableInCommitTimestamps'      'true',
  'delta.targetFileSize'                '67108864',
  'delta.dataSkippingStatsColumns'      'path,bstart,parse_error_id',
  'delta.logRetentionDuration'          'interval 30 days',
  'delta.deletedFileRetentionDuration'  'interval 7 days'
);
