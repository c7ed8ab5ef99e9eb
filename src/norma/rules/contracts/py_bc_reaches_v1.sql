-- One row per definition that reaches a use.
CREATE EXTERNAL TABLE py_bc_reaches_v1 (
  file_id           VARCHAR  NOT NULL  COMMENT 'identity of the file, free of its content',
  path              VARCHAR  NOT NULL  COMMENT 'path in the repository, with /',
  py_tag            VARCHAR  NOT NULL  COMMENT 'interpreter cache tag, such as cpython-313',
  edge_id           VARCHAR  NOT NULL  COMMENT 'identity of the pair and its way',
  code_unit_id      VARCHAR  NOT NULL  COMMENT 'the code unit of the use',
  def_code_unit_id  VARCHAR  NOT NULL  COMMENT 'the code unit of the definition',
  def_event_id      VARCHAR  NOT NULL  COMMENT 'the definition',
  use_event_id      VARCHAR  NOT NULL  COMMENT 'the use',
  symbol            VARCHAR  NOT NULL  COMMENT 'the variable of the use',
  var_class         VARCHAR  NOT NULL  COMMENT 'class of the variable of the use',
  via               VARCHAR  NOT NULL  COMMENT 'flow, restore, closure, global or star',
  certainty         VARCHAR  NOT NULL  COMMENT 'must if no other definition can reach the use; else may',
  PRIMARY KEY (edge_id)
)
STORED AS DELTATABLE
LOCATION 'normalize/py_bc_reaches_v1'
OPTIONS (
  'norma.kind'                          'output',
  'norma.comment'                       'one row per definition that reaches a use',
  'norma.schema_version'                '1',
  'norma.alias'                         'py_bc_reaching_defs',
  'norma.sort'                          'path, code_unit_id, symbol, def_event_id, use_event_id, via',
  'norma.coordinates'                   'none',
  'norma.replace_by'                    'path',
  'norma.ids'                           'file_id, edge_id, code_unit_id, def_code_unit_id, def_event_id, use_event_id',
  'norma.values.var_class'              'local, cell, free, name, global',
  'norma.values.via'                    'flow, restore, closure, global, star',
  'norma.values.certainty'              'must, may',
  'norma.reference.file_id'             'repo_files.file_id',
  'norma.reference.code_unit_id'        'py_bc_code_units.code_unit_id',
  'norma.reference.def_event_id'        'py_bc_def_use_events_v1.event_id',
  'norma.reference.use_event_id'        'py_bc_def_use_events_v1.event_id',
  'norma.reference.def_code_unit_id'    'py_bc_code_units.code_unit_id',
  'delta.enableChangeDataFeed'          'true',
  'delta.enableRowTracking'             'true',
  'delta.enableInCommitTimestamps'      'true',
  'delta.targetFileSize'                '67108864',
  'delta.dataSkippingStatsColumns'      'path,code_unit_id,symbol',
  'delta.logRetentionDuration'          'interval 30 days',
  'delta.deletedFileRetentionDuration'  'interval 7 days'
);
