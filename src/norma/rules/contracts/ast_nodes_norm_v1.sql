-- One row per node of the abstract syntax tree.
CREATE EXTERNAL TABLE ast_nodes_norm_v1 (
  file_id        VARCHAR                NOT NULL  COMMENT 'identity of the file, free of its content',
  path           VARCHAR                NOT NULL  COMMENT 'path in the repository, with /',
  span           STRUCT<
                   "bstart" BIGINT,
                   "bend" BIGINT,
                   "ok" BOOLEAN,
                   "start" STRUCT<"line" INT, "col" INT>,
                   "end" STRUCT<"line" INT, "col" INT>,
                   "line_base" INT,
                   "col_unit" VARCHAR,
                   "end_exclusive" BOOLEAN
                 >                      NOT NULL  COMMENT 'the node; without bytes for nodes that have no place',
  span_id        VARCHAR                          COMMENT 'identity of the span; NULL if it has no bytes',
  py_tag         VARCHAR                NOT NULL  COMMENT 'interpreter cache tag, such as cpython-313',
  ast_id         INT                    NOT NULL  COMMENT 'place in preorder, the root is 0',
  parent_ast_id  INT                              COMMENT 'the parent; NULL for the root',
  depth          INT                    NOT NULL  COMMENT 'distance from the root',
  field          VARCHAR                          COMMENT 'field of the parent that holds the node; NULL for the root',
  field_index    INT                              COMMENT 'place in that field; NULL if the field is no list',
  kind           VARCHAR                NOT NULL  COMMENT 'class name: FunctionDef, Name, …',
  name           VARCHAR                          COMMENT 'first that is set of name, id, attr, arg, asname, module',
  ctx            VARCHAR                          COMMENT 'Load, Store or Del',
  ops            ARRAY<VARCHAR>         NOT NULL  COMMENT 'class names of the operators, in order; else empty',
  value_kind     VARCHAR                          COMMENT 'kind of a constant; NULL for any other node',
  value_repr     VARCHAR                          COMMENT 'repr of the constant, at most 256 bytes',
  value_len      BIGINT                           COMMENT 'full length of a text or bytes constant',
  attrs          MAP(VARCHAR, VARCHAR)  NOT NULL  COMMENT 'exceptions only; empty for an ordinary row',
  PRIMARY KEY (file_id, py_tag, ast_id)
)
STORED AS DELTATABLE
LOCATION 'normalize/ast_nodes_norm_v1'
OPTIONS (
  'norma.kind'                          'output',
  'norma.comment'                       'one row per node of the abstract syntax tree',
  'norma.schema_version'                '1',
  'norma.alias'                         'ast_nodes_norm',
  'norma.sort'                          'path, ast_id',
  'norma.coordinates'                   'bytes',
  'norma.replace_by'                    'path',
  'norma.not_null'                      'span.ok, span.line_base, span.col_unit, span.end_exclusive, ops[]',
  'norma.ids'                           'file_id, span_id',
  'norma.text'                          'cut:256',
  'norma.values.ctx'                    'Load, Store, Del',
  'norma.values.value_kind'             'none, bool, int, float, complex, str, bytes, ellipsis',
  'norma.check.span_order'              'span[''bstart''] <= span[''bend'']',
  'norma.check.span_policy'             'span[''line_base''] = 0 AND span[''end_exclusive'']',
  'norma.check.root'                    '(ast_id = 0) = (parent_ast_id IS NULL)',
  'norma.reference.file_id'             'repo_files.file_id',
  'delta.enableChangeDataFeed'          'true',
  'delta.enableRowTracking'             'true',
  'delta.enableInCommitTimestamps'      'true',
  'delta.targetFileSize'                '67108864',
  'delta.dataSkippingStatsColumns'      'path,span.bstart,ast_id,kind',
  'delta.logRetentionDuration'          'interval 30 days',
  'delta.deletedFileRetentionDuration'  'interval 7 days'
);
