-- One row per basic block of the bytecode.
CREATE EXTERNAL TABLE py_bc_blocks_norm_v1 (
  file_id       VARCHAR                                       NOT NULL  COMMENT 'identity of the file, free of its content',
  path          VARCHAR                                       NOT NULL  COMMENT 'path in the repository, with /',
  span          STRUCT<
                  "bstart" BIGINT,
                  "bend" BIGINT,
                  "ok" BOOLEAN,
                  "start" STRUCT<"line" INT, "col" INT>,
                  "end" STRUCT<"line" INT, "col" INT>,
                  "line_base" INT,
                  "col_unit" VARCHAR,
                  "end_exclusive" BOOLEAN
                >                                             NOT NULL  COMMENT 'hull of the instructions that have a place',
  py_tag        VARCHAR                                       NOT NULL  COMMENT 'interpreter cache tag, such as cpython-313',
  block_id      VARCHAR                                       NOT NULL  COMMENT 'identity of the block',
  code_unit_id  VARCHAR                                       NOT NULL  COMMENT 'the code unit',
  block_index   INT                                           NOT NULL  COMMENT 'place in the unit, from 0',
  code_span     STRUCT<"start_offset" INT, "end_offset" INT>  NOT NULL  COMMENT 'code bytes, half open; not bytes of the source',
  kind          VARCHAR                                       NOT NULL  COMMENT 'entry, handler or normal, the first that applies',
  exit_kind     VARCHAR                                       NOT NULL  COMMENT 'how control leaves the block',
  is_reachable  BOOLEAN                                       NOT NULL  COMMENT 'some path from the entry leads here',
  attrs         MAP(VARCHAR, VARCHAR)                         NOT NULL  COMMENT 'exceptions only; empty for an ordinary row',
  PRIMARY KEY (block_id)
)
STORED AS DELTATABLE
LOCATION 'normalize/py_bc_blocks_norm_v1'
OPTIONS (
  'norma.kind'                          'output',
  'norma.comment'                       'one row per basic block of the bytecode',
  'norma.schema_version'                '1',
  'norma.alias'                         'py_bc_blocks_norm',
  'norma.sort'                          'path, code_unit_id, block_index',
  'norma.coordinates'                   'bytes',
  'norma.replace_by'                    'path',
  'norma.not_null'                      'span.ok, span.line_base, span.col_unit, span.end_exclusive, code_span.start_offset, code_span.end_offset',
  'norma.ids'                           'file_id, block_id, code_unit_id',
  'norma.values.kind'                   'entry, handler, normal',
  'norma.values.exit_kind'              'fallthrough, jump, branch, loop, return, raise, end',
  'norma.check.span_order'              'span[''bstart''] <= span[''bend'']',
  'norma.check.span_policy'             'span[''line_base''] = 0 AND span[''end_exclusive'']',
  'norma.check.offset_order'            'code_span[''start_offset''] <= code_span[''end_offset'']',
  'norma.reference.file_id'             'repo_files.file_id',
  'norma.reference.code_unit_id'        'py_bc_code_units.code_unit_id',
  'delta.enableChangeDataFeed'          'true',
  'delta.enableRowTracking'             'true',
  'delta.enableInCommitTimestamps'      'true',
  'delta.targetFileSize'                '67108864',
  'delta.dataSkippingStatsColumns'      'path,code_unit_id,block_index,span.bstart',
  'delta.logRetentionDuration'          'interval 30 days',
  'delta.deletedFileRetentionDuration'  'interval 7 days'
);
