-- One row per type annotation of the source.
CREATE EXTERNAL TABLE type_exprs_norm_v1 (
  file_id       VARCHAR                NOT NULL  COMMENT 'identity of the file, free of its content',
  path          VARCHAR                NOT NULL  COMMENT 'path in the repository, with /',
  span          STRUCT<
                  "bstart" BIGINT,
                  "bend" BIGINT,
                  "ok" BOOLEAN,
                  "start" STRUCT<"line" INT, "col" INT>,
                  "end" STRUCT<"line" INT, "col" INT>,
                  "line_base" INT,
                  "col_unit" VARCHAR,
                  "end_exclusive" BOOLEAN
                >                      NOT NULL  COMMENT 'the annotation in the source',
  type_expr_id  VARCHAR                NOT NULL  COMMENT 'identity of the annotation, free of positions',
  owner_def_id  VARCHAR                          COMMENT 'enclosing definition, or the one it annotates; NULL at module level',
  param_name    VARCHAR                          COMMENT 'parameter or type parameter; else NULL',
  expr_kind     VARCHAR                NOT NULL  COMMENT 'annotation, type_alias, bound or default',
  expr_role     VARCHAR                NOT NULL  COMMENT 'return, param, variable, attribute, alias or type_param',
  expr_text     VARCHAR                NOT NULL  COMMENT 'source text, trimmed',
  type_repr     VARCHAR                NOT NULL  COMMENT 'canonical text of the type',
  type_form     VARCHAR                NOT NULL  COMMENT 'shape of the type',
  type_id       VARCHAR                NOT NULL  COMMENT 'identity of type_repr',
  attrs         MAP(VARCHAR, VARCHAR)  NOT NULL  COMMENT 'exceptions only; empty for an ordinary row',
  PRIMARY KEY (type_expr_id)
)
STORED AS DELTATABLE
LOCATION 'normalize/type_exprs_norm_v1'
OPTIONS (
  'norma.kind'                          'output',
  'norma.comment'                       'one row per type annotation of the source',
  'norma.schema_version'                '1',
  'norma.alias'                         'type_exprs_norm',
  'norma.sort'                          'path, span.bstart, type_expr_id',
  'norma.coordinates'                   'bytes',
  'norma.replace_by'                    'path',
  'norma.not_null'                      'span.ok, span.line_base, span.col_unit, span.end_exclusive',
  'norma.ids'                           'file_id, type_expr_id, owner_def_id, type_id',
  'norma.values.expr_kind'              'annotation, type_alias, bound, default',
  'norma.values.expr_role'              'return, param, variable, attribute, alias, type_param',
  'norma.values.type_form'              'none, any, never, self, optional, union, literal, annotated, callable, tuple, type, unpack, generic, name, unknown',
  'norma.check.span_order'              'span[''bstart''] <= span[''bend'']',
  'norma.check.span_policy'             'span[''line_base''] = 0 AND span[''end_exclusive'']',
  'norma.reference.file_id'             'repo_files.file_id',
  'norma.reference.owner_def_id'        'cst_defs_norm_v1.def_id',
  'norma.reference.type_id'             'type_nodes_v1.type_id',
  'norma.evidence.emit'                 'true',
  'norma.evidence.family'               'type',
  'norma.evidence.source'               'annotation',
  'norma.evidence.role'                 'column:type_form',
  'norma.evidence.confidence'           '1.0',
  'delta.enableChangeDataFeed'          'true',
  'delta.enableRowTracking'             'true',
  'delta.enableInCommitTimestamps'      'true',
  'delta.targetFileSize'                '67108864',
  'delta.dataSkippingStatsColumns'      'path,span.bstart,type_id',
  'delta.logRetentionDuration'          'interval 30 days',
  'delta.deletedFileRetentionDuration'  'interval 7 days'
);
