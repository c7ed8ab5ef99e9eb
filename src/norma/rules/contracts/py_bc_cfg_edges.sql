-- One row per edge between basic blocks.
CREATE EXTERNAL TABLE py_bc_cfg_edges (
  file_id          VARCHAR  NOT NULL  COMMENT 'identity of the file, free of its content',
  path             VARCHAR  NOT NULL  COMMENT 'path in the repository, with /',
  code_unit_id     VARCHAR  NOT NULL  COMMENT 'the code unit',
  edge_id          VARCHAR  NOT NULL  COMMENT 'identity of the edge',
  src_block_id     VARCHAR  NOT NULL  COMMENT 'block that control leaves',
  dst_block_id     VARCHAR  NOT NULL  COMMENT 'block that control enters',
  src_block_index  INT      NOT NULL  COMMENT 'place of the source block in the unit',
  dst_block_index  INT      NOT NULL  COMMENT 'place of the target block in the unit',
  kind             VARCHAR  NOT NULL  COMMENT 'why control goes this way',
  cond_instr_id    VARCHAR            COMMENT 'the conditional jump, for branch and loop edges; else NULL',
  exc_index        INT                COMMENT 'entry of the exception table, for exc edges; else NULL',
  PRIMARY KEY (edge_id)
)
STORED AS DELTATABLE
LOCATION 'evidence/py_bc_cfg_edges'
OPTIONS (
  'norma.kind'                          'evidence',
  'norma.comment'                       'one row per edge between basic blocks',
  'norma.schema_version'                '1',
  'norma.sort'                          'path, code_unit_id, src_block_index, dst_block_index, kind, exc_index',
  'norma.coordinates'                   'none',
  'norma.replace_by'                    'path',
  'norma.ids'                           'file_id, code_unit_id, edge_id, src_block_id, dst_block_id, cond_instr_id',
  'norma.values.kind'                   'next, jump, branch_true, branch_false, loop_iter, loop_exit, exc',
  'norma.check.exc'                     '(kind = ''exc'') = (exc_index IS NOT NULL)',
  'norma.reference.file_id'             'repo_files.file_id',
  'norma.reference.code_unit_id'        'py_bc_code_units.code_unit_id',
  'norma.reference.src_block_id'        'py_bc_blocks.block_id',
  'norma.reference.dst_block_id'        'py_bc_blocks.block_id',
  'norma.reference.cond_instr_id'       'py_bc_instructions.instr_id',
  'delta.enableChangeDataFeed'          'true',
  'delta.enableRowTracking'             'true',
  'delta.enableInCommitTimestamps'      'true',
  'delta.targetFileSize'                '67108864',
  'delta.dataSkippingStatsColumns'      'path,code_unit_id,src_block_index',
  'delta.logRetentionDuration'          'interval 30 days',
  'delta.deletedFileRetentionDuration'  'interval 7 days'
);
