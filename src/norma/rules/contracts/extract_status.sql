-- One row per file and producer: whether the producer ran and how it ended.
CREATE EXTERNAL TABLE extract_status (
  file_id           VARCHAR  NOT NULL  COMMENT 'identity of the file, free of its content',
  path              VARCHAR  NOT NULL  COMMENT 'path in the repository, with /',
  producer          VARCHAR  NOT NULL  COMMENT 'who looked at the file: scan, treesitter, cpython, flow, scip',
  producer_version  VARCHAR  NOT NULL  COMMENT 'version of the producer; another one makes the file''s rows anew',
  py_tag            VARCHAR  NOT NULL  COMMENT 'interpreter cache tag such as cpython-313; none if no interpreter took part',
  content_sha256    VARCHAR  NOT NULL  COMMENT 'hash of the bytes that were looked at',
  status            VARCHAR  NOT NULL  COMMENT 'ok, partial (some facts are missing), failed (no facts), skipped',
  row_count         BIGINT   NOT NULL  COMMENT 'rows that this producer wrote for the file',
  PRIMARY KEY (file_id, producer, py_tag)
)
STORED AS DELTATABLE
LOCATION 'evidence/extract_status'
OPTIONS (
  'norma.kind'                          'evidence',
  'norma.comment'                       'one row per file and producer: whether the producer ran and how it ended',
  'norma.schema_version'                '1',
  'norma.sort'                          'path, producer, py_tag',
  'norma.coordinates'                   'none',
  'norma.replace_by'                    'path',
  'norma.ids'                           'file_id',
  'norma.values.producer'               'scan, treesitter, cpython, flow, scip',
  'norma.values.status'                 'ok, partial, failed, skipped',
  'norma.check.row_count'               'row_count >= 0',
  'delta.enableChangeDataFeed'          'true',
  'delta.enableRowTracking'             'true',
  'delta.enableInCommitTimestamps'      'true',
  'delta.targetFileSize'                '67108864',
  'delta.dataSkippingStatsColumns'      'path,producer,status',
  'delta.logRetentionDuration'          'interval 30 days',
  'delta.deletedFileRetentionDuration'  'interval 7 days'
);
