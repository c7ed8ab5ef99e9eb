-- One row per docstring.
CREATE EXTERNAL TABLE cst_docstrings (
  file_id         VARCHAR  NOT NULL  COMMENT 'identity of the file, free of its content',
  path            VARCHAR  NOT NULL  COMMENT 'path in the repository, with /',
  owner_key       VARCHAR  NOT NULL  COMMENT 'definition that it documents, or the file for a module',
  owner_def_id    VARCHAR            COMMENT 'definition that it documents; NULL for a module',
  owner_kind      VARCHAR  NOT NULL  COMMENT 'module, class, function or async_function',
  docstring       VARCHAR  NOT NULL  COMMENT 'value of the literal, not re-indented',
  raw_start_line  INT                COMMENT 'line of the start, counted from 0',
  raw_start_col   INT                COMMENT 'column of the start, bytes from the start of the line',
  raw_end_line    INT                COMMENT 'line of the end, counted from 0',
  raw_end_col     INT                COMMENT 'column of the end, exclusive',
  bstart          BIGINT             COMMENT 'first byte in the file: the literal, with implicit concatenation',
  bend            BIGINT             COMMENT 'byte after the last',
  span_ok         BOOLEAN  NOT NULL  COMMENT 'both ends were converted exactly',
  span_reason     VARCHAR            COMMENT 'why they were not; NULL exactly when span_ok',
  PRIMARY KEY (owner_key)
)
STORED AS DELTATABLE
LOCATION 'evidence/cst_docstrings'
OPTIONS (
  'norma.kind'                          'evidence',
  'norma.comment'                       'one row per docstring',
  'norma.schema_version'                '1',
  'norma.sort'                          'path, bstart',
  'norma.coordinates'                   'bytes',
  'norma.replace_by'                    'path',
  'norma.ids'                           'file_id, owner_key, owner_def_id',
  'norma.values.owner_kind'             'module, class, function, async_function',
  'norma.check.span_order'              'bstart <= bend',
  'norma.check.span_pair'               '(bstart IS NULL) = (bend IS NULL)',
  'norma.check.span_reason'             'span_ok = (span_reason IS NULL)',
  'norma.reference.file_id'             'repo_files.file_id',
  'norma.reference.owner_def_id'        'cst_defs.def_id',
  'delta.enableChangeDataFeed'          'true',
  'delta.enableRowTracking'             'true',
  'delta.enableInCommitTimestamps'      'true',
  'delta.targetFileSize'                '67108864',
  'delta.dataSkippingStatsColumns'      'path,bstart,owner_key',
  'delta.logRetentionDuration'          'interval 30 days',
  'delta.deletedFileRetentionDuration'  'interval 7 days'
);
