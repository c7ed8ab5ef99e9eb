-- One row per failure of an extractor at one file.
CREATE EXTERNAL TABLE extract_errors (
  error_id        VARCHAR                NOT NULL  COMMENT 'identity of the failure, free of positions',
  file_id         VARCHAR                          COMMENT 'identity of the file; NULL if its path has none',
  path            VARCHAR                NOT NULL  COMMENT 'path in the repository, lossy if it is not UTF-8',
  producer        VARCHAR                NOT NULL  COMMENT 'who failed: scan, treesitter, cpython, flow, scip',
  py_tag          VARCHAR                NOT NULL  COMMENT 'interpreter cache tag; none if no interpreter took part',
  stage           VARCHAR                NOT NULL  COMMENT 'what was being done when it failed',
  code            VARCHAR                NOT NULL  COMMENT 'the failure in one upper-case word, such as UNDECODABLE',
  message         VARCHAR                NOT NULL  COMMENT 'what went wrong, for people; holds no ids and no positions',
  severity        VARCHAR                NOT NULL  COMMENT 'ERROR, WARNING or INFO',
  raw_start_line  INT                              COMMENT 'line of the start, as its producer counts',
  raw_start_col   INT                              COMMENT 'column of the start, in the unit of its producer',
  raw_end_line    INT                              COMMENT 'line of the end, as its producer counts',
  raw_end_col     INT                              COMMENT 'column of the end, exclusive',
  bstart          BIGINT                           COMMENT 'first byte in the file: the place of the failure, if it has one',
  bend            BIGINT                           COMMENT 'byte after the last',
  span_ok         BOOLEAN                NOT NULL  COMMENT 'both ends were converted exactly',
  span_reason     VARCHAR                          COMMENT 'why they were not; NULL exactly when span_ok',
  attrs           MAP(VARCHAR, VARCHAR)  NOT NULL  COMMENT 'further facts by name; empty for an ordinary row',
  PRIMARY KEY (error_id)
)
STORED AS DELTATABLE
LOCATION 'evidence/extract_errors'
OPTIONS (
  'norma.kind'                          'evidence',
  'norma.comment'                       'one row per failure of an extractor at one file',
  'norma.schema_version'                '1',
  'norma.sort'                          'path, producer, py_tag, stage, code, error_id',
  'norma.coordinates'                   'bytes',
  'norma.replace_by'                    'path',
  'norma.ids'                           'error_id, file_id',
  'norma.values.producer'               'scan, treesitter, cpython, flow, scip',
  'norma.values.stage'                  'scan, read, decode, parse, compile, worker, bytecode, flow, symtable, convert, scip',
  'norma.values.severity'               'ERROR, WARNING, INFO',
  'norma.check.span_order'              'bstart <= bend',
  'norma.check.span_pair'               '(bstart IS NULL) = (bend IS NULL)',
  'norma.check.span_reason'             'span_ok = (span_reason IS NULL)',
  'delta.enableChangeDataFeed'          'true',
  'delta.enableRowTracking'             'true',
  'delta.enableInCommitTimestamps'      'true',
  'delta.targetFileSize'                '67108864',
  'delta.dataSkippingStatsColumns'      'path,producer,code',
  'delta.logRetentionDuration'          'interval 30 days',
  'delta.deletedFileRetentionDuration'  'interval 7 days'
);
