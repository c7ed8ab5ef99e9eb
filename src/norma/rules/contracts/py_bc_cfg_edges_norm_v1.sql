-- One row per edge between basic blocks.
CREATE EXTERNAL TABLE py_bc_cfg_edges_norm_v1 (
  file_id        VARCHAR  NOT NULL  COMMENT 'identity of the file, free of its content',
  path           VARCHAR  NOT NULL  COMMENT 'path in the repository, with /',
  py_tag         VARCHAR  NOT NULL  COMMENT 'interpreter cache tag, such as cpython-313',
  edge_id        VARCHAR  NOT NULL  COMMENT 'identity of the edge',
  code_unit_id   VARCHAR  NOT NULL  COMMENT 'the code unit',
  src_block_id   VARCHAR  NOT NULL  COMMENT 'block that control leaves',
  dst_block_id   VARCHAR  NOT NULL  COMMENT 'block that control enters',
  kind           VARCHAR  NOT NULL  COMMENT 'why control goes this way',
  cond_instr_id  VARCHAR            COMMENT 'the conditional jump, for branch and loop edges; else NULL',
  exc_index      INT                COMMENT 'entry of the exception table, for exc edges; else NULL',
  PRIMARY KEY (edge_id)
)
STORED AS DELTATABLE
LOCATION 'normalize/py_bc_cfg_edges_norm_v1'
OPTIONS (
  'norma.kind'                          'output',
  'norma.comment'                       'one row per edge between basic blocks',
  'norma.schema_version'                '1',
  'norma.alias'                         'py_bc_cfg_edges_norm',
  'norma.sort'                          'path, code_unit_id, src_block_id, dst_block_id, kind, edge_id',
  'norma.coordinates'                   'none',
  'norma.replace_by'                    'path',
  'norma.ids'                           'file_id, edge_id, code_unit_id, src_block_id, dst_block_id, cond_instr_id',
  'norma.values.kind'                   'next, jump, branch_true, branch_false, loop_iter, loop_exit, exc',
  'norma.check.exc'                     '(kind = ''exc'') = (exc_index IS NOT NULL)',
  'norma.check.cond'                    '(kind IN (''branch_true'', ''branch_false'', ''loop_iter'', ''loop_exit'')) = (cond_instr_id IS NOT NULL)',
  'norma.reference.file_id'             'repo_files.file_id',
  'norma.reference.code_unit_id'        'py_bc_code_units.code_unit_id',
  'norma.reference.src_block_id'        'py_bc_blocks_norm_v1.block_id',
  'norma.reference.dst_block_id'        'py_bc_blocks_norm_v1.block_id',
  'norma.reference.cond_instr_id'       'py_bc_instructions_norm_v1.instr_id',
  'delta.enableChangeDataFeed'          'true',
  'delta.enableRowTracking'             'true',
  'delta.enableInCommitTimestamps'      'true',
  'delta.targetFileSize'                '67108864',
  'delta.dataSkippingStatsColumns'      'path,code_unit_id,kind',
  'delta.logRetentionDuration'          'interval 30 days',
  'delta.deletedFileRetentionDuration'  'interval 7 days'
);
