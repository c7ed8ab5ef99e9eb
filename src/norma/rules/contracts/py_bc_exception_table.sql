-- One row per entry of an exception table.
CREATE EXTERNAL TABLE py_bc_exception_table (
  file_id        VARCHAR  NOT NULL  COMMENT 'identity of the file, free of its content',
  path           VARCHAR  NOT NULL  COMMENT 'path in the repository, with /',
  code_unit_id   VARCHAR  NOT NULL  COMMENT 'the code unit',
  exc_index      INT      NOT NULL  COMMENT 'place in the table, from 0',
  start_offset   INT      NOT NULL  COMMENT 'first code byte that is covered',
  end_offset     INT      NOT NULL  COMMENT 'code byte after the last one',
  target_offset  INT      NOT NULL  COMMENT 'code byte of the handler',
  depth          INT      NOT NULL  COMMENT 'height of the stack for the handler',
  lasti          BOOLEAN  NOT NULL  COMMENT 'the handler gets the offset of the failing instruction',
  PRIMARY KEY (code_unit_id, exc_index)
)
STORED AS DELTATABLE
LOCATION 'evidence/py_bc_exception_table'
OPTIONS (
  'norma.kind'                          'evidence',
  'norma.comment'                       'one row per entry of an exception table',
  'norma.schema_version'                '1',
  'norma.sort'                          'path, code_unit_id, exc_index',
  'norma.coordinates'                   'offsets',
  'norma.replace_by'                    'path',
  'norma.ids'                           'file_id, code_unit_id',
  'norma.check.offset_order'            'start_offset <= end_offset',
  'norma.reference.file_id'             'repo_files.file_id',
  'norma.reference.code_unit_id'        'py_bc_code_units.code_unit_id',
  'delta.enableChangeDataFeed'          'true',
  'delta.enableRowTracking'             'true',
  'delta.enableInCommitTimestamps'      'true',
  'delta.targetFileSize'                '67108864',
  'delta.dataSkippingStatsColumns'      'path,code_unit_id,exc_index',
  'delta.logRetentionDuration'          'interval 30 days',
  'delta.deletedFileRetentionDuration'  'interval 7 days'
);
