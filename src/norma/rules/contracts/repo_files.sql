-- One row per Python source file of the repository.
CREATE EXTERNAL TABLE repo_files (
  file_id         VARCHAR  NOT NULL  COMMENT 'identity of the file, free of its content',
  path            VARCHAR  NOT NULL  COMMENT 'path in the repository, with /',
  repo_id         VARCHAR            COMMENT 'configured name of the repository; NULL if none',
  size_bytes      BIGINT   NOT NULL  COMMENT 'length of the file in bytes',
  content_sha256  VARCHAR  NOT NULL  COMMENT 'SHA-256 of the raw bytes, 64 lower-case hex digits',
  file_kind       VARCHAR  NOT NULL  COMMENT 'py or pyi',
  module_name     VARCHAR            COMMENT 'dotted import name; NULL if a part of the path is no identifier',
  is_package      BOOLEAN  NOT NULL  COMMENT 'the file is __init__.py or __init__.pyi',
  module_root     VARCHAR  NOT NULL  COMMENT 'directory taken as import root; empty for the repository root',
  PRIMARY KEY (file_id)
)
STORED AS DELTATABLE
LOCATION 'evidence/repo_files'
OPTIONS (
  'norma.kind'                          'evidence',
  'norma.comment'                       'one row per Python source file of the repository',
  'norma.schema_version'                '1',
  'norma.sort'                          'path',
  'norma.coordinates'                   'none',
  'norma.replace_by'                    'path',
  'norma.ids'                           'file_id',
  'norma.values.file_kind'              'py, pyi',
  'norma.check.size'                    'size_bytes >= 0',
  'norma.check.sha256'                  'character_length(content_sha256) = 64',
  'delta.enableChangeDataFeed'          'true',
  'delta.enableRowTracking'             'true',
  'delta.enableInCommitTimestamps'      'true',
  'delta.targetFileSize'                '67108864',
  'delta.dataSkippingStatsColumns'      'path,file_id,module_name',
  'delta.logRetentionDuration'          'interval 30 days',
  'delta.deletedFileRetentionDuration'  'interval 7 days'
);
