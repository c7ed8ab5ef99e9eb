-- One row per decorator.
CREATE EXTERNAL TABLE cst_decorators (
  file_id          VARCHAR  NOT NULL  COMMENT 'identity of the file, free of its content',
  path             VARCHAR  NOT NULL  COMMENT 'path in the repository, with /',
  owner_def_id     VARCHAR  NOT NULL  COMMENT 'the decorated definition',
  decorator_index  INT      NOT NULL  COMMENT 'place of the decorator, from 0 at the top',
  decorator_text   VARCHAR  NOT NULL  COMMENT 'source text after the @, at most 512 bytes',
  callee_dotted    VARCHAR            COMMENT 'a.b.c if the decorator is a chain of names, or a call of one',
  has_args         BOOLEAN  NOT NULL  COMMENT 'the decorator is a call',
  raw_start_line   INT                COMMENT 'line of the start, counted from 0',
  raw_start_col    INT                COMMENT 'column of the start, bytes from the start of the line',
  raw_end_line     INT                COMMENT 'line of the end, counted from 0',
  raw_end_col      INT                COMMENT 'column of the end, exclusive',
  bstart           BIGINT             COMMENT 'first byte in the file: the decorator',
  bend             BIGINT             COMMENT 'byte after the last',
  span_ok          BOOLEAN  NOT NULL  COMMENT 'both ends were converted exactly',
  span_reason      VARCHAR            COMMENT 'why they were not; NULL exactly when span_ok',
  PRIMARY KEY (owner_def_id, decorator_index)
)
STORED AS DELTATABLE
LOCATION 'evidence/cst_decorators'
OPTIONS (
  'norma.kind'                          'evidence',
  'norma.comment'                       'one row per decorator',
  'norma.schema_version'                '1',
  'norma.sort'                          'path, bstart',
  'norma.coordinates'                   'bytes',
  'norma.replace_by'                    'path',
  'norma.ids'                           'file_id, owner_def_id',
  'norma.text'                          'cut:512',
  'norma.check.span_order'              'bstart <= bend',
  'norma.check.span_pair'               '(bstart IS NULL) = (bend IS NULL)',
  'norma.check.span_reason'             'span_ok = (span_reason IS NULL)',
  'norma.reference.file_id'             'repo_files.file_id',
  'norma.reference.owner_def_id'        'cst_defs.def_id',
  'delta.enableChangeDataFeed'          'true',
  'delta.enableRowTracking'             'true',
  'delta.enableInCommitTimestamps'      'true',
  'delta.targetFileSize'                '67108864',
  'delta.dataSkippingStatsColumns'      'path,bstart,owner_def_id',
  'delta.logRetentionDuration'          'interval 30 days',
  'delta.deletedFileRetentionDuration'  'interval 7 days'
);
