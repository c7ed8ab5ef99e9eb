-- One row per file with its encoding and the byte at which each line starts.
CREATE EXTERNAL TABLE file_line_index (
  file_id          VARCHAR        NOT NULL  COMMENT 'identity of the file, free of its content',
  path             VARCHAR        NOT NULL  COMMENT 'path in the repository, with /',
  encoding         VARCHAR        NOT NULL  COMMENT 'Python''s name of the codec; unknown after a coding error',
  encoding_source  VARCHAR        NOT NULL  COMMENT 'what named the encoding: bom, cookie, default',
  bom              BOOLEAN        NOT NULL  COMMENT 'the file starts with the UTF-8 byte order mark',
  ascii            BOOLEAN        NOT NULL  COMMENT 'all bytes are below 0x80',
  utf8_valid       BOOLEAN        NOT NULL  COMMENT 'the bytes are valid UTF-8',
  recoded          BOOLEAN        NOT NULL  COMMENT 'CPython counts columns in a re-encoded text that differs from the bytes',
  has_nul          BOOLEAN        NOT NULL  COMMENT 'a NUL byte occurs',
  has_lf           BOOLEAN        NOT NULL  COMMENT 'a line ends with LF alone',
  has_crlf         BOOLEAN        NOT NULL  COMMENT 'a line ends with CR LF',
  has_cr           BOOLEAN        NOT NULL  COMMENT 'a line ends with CR alone',
  cr_only          BOOLEAN        NOT NULL  COMMENT 'lines end with CR alone and no LF occurs',
  line_count       INT            NOT NULL  COMMENT 'number of lines, the length of line_starts',
  line_starts      ARRAY<BIGINT>  NOT NULL  COMMENT 'byte offset of each line, the first is 0',
  non_ascii_lines  ARRAY<INT>     NOT NULL  COMMENT 'lines from 0 that hold a byte of 0x80 or above',
  max_line_bytes   BIGINT         NOT NULL  COMMENT 'length of the longest line without its terminator',
  PRIMARY KEY (file_id)
)
STORED AS DELTATABLE
LOCATION 'evidence/file_line_index'
OPTIONS (
  'norma.kind'                          'evidence',
  'norma.comment'                       'one row per file with its encoding and the byte at which each line starts',
  'norma.schema_version'                '1',
  'norma.sort'                          'path',
  'norma.coordinates'                   'bytes',
  'norma.replace_by'                    'path',
  'norma.not_null'                      'line_starts[], non_ascii_lines[]',
  'norma.ids'                           'file_id',
  'norma.values.encoding_source'        'bom, cookie, default',
  'norma.check.line_count'              'line_count = array_length(line_starts)',
  'norma.check.first_line'              'line_starts[1] = 0',
  'norma.check.cr_only'                 'has_cr OR NOT cr_only',
  'norma.reference.file_id'             'repo_files.file_id',
  'delta.enableChangeDataFeed'          'true',
  'delta.enableRowTracking'             'true',
  'delta.enableInCommitTimestamps'      'true',
  'delta.targetFileSize'                '67108864',
  'delta.dataSkippingStatsColumns'      'path,file_id',
  'delta.logRetentionDuration'          'interval 30 days',
  'delta.deletedFileRetentionDuration'  'interval 7 days'
);
