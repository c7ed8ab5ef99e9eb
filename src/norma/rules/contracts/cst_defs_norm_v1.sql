-- One row per class or function definition.
CREATE EXTERNAL TABLE cst_defs_norm_v1 (
  file_id           VARCHAR                NOT NULL  COMMENT 'identity of the file, free of its content',
  path              VARCHAR                NOT NULL  COMMENT 'path in the repository, with /',
  span              STRUCT<
                      "bstart" BIGINT,
                      "bend" BIGINT,
                      "ok" BOOLEAN,
                      "start" STRUCT<"line" INT, "col" INT>,
                      "end" STRUCT<"line" INT, "col" INT>,
                      "line_base" INT,
                      "col_unit" VARCHAR,
                      "end_exclusive" BOOLEAN
                    >                      NOT NULL  COMMENT 'the name in the source',
  def_span          STRUCT<
                      "bstart" BIGINT,
                      "bend" BIGINT,
                      "ok" BOOLEAN,
                      "start" STRUCT<"line" INT, "col" INT>,
                      "end" STRUCT<"line" INT, "col" INT>,
                      "line_base" INT,
                      "col_unit" VARCHAR,
                      "end_exclusive" BOOLEAN
                    >                      NOT NULL  COMMENT 'from def, async or class to the end of the body, without decorators',
  span_id           VARCHAR                          COMMENT 'identity of the name''s span; NULL if it has no bytes',
  def_id            VARCHAR                NOT NULL  COMMENT 'identity of the definition, free of positions',
  parent_def_id     VARCHAR                          COMMENT 'innermost enclosing definition; NULL at module level',
  parent_kind       VARCHAR                NOT NULL  COMMENT 'what encloses it: module, class, function, async_function',
  kind              VARCHAR                NOT NULL  COMMENT 'function, async_function or class',
  name              VARCHAR                NOT NULL  COMMENT 'the name, NFKC-normalised',
  ordinal           INT                    NOT NULL  COMMENT 'rank from 0 among siblings of equal kind and name',
  qualname          VARCHAR                NOT NULL  COMMENT 'Python''s __qualname__: C.m, f.<locals>.g',
  fqn               VARCHAR                          COMMENT 'module name and qualified name; NULL if the module has no name',
  params            ARRAY<STRUCT<
                      "name" VARCHAR,
                      "kind" VARCHAR,
                      "has_default" BOOLEAN,
                      "annotation_text" VARCHAR
                    >>                     NOT NULL  COMMENT 'parameters in order; kind is posonly, positional, vararg, kwonly or kwarg',
  type_param_names  ARRAY<VARCHAR>         NOT NULL  COMMENT 'names of the type parameters, in order',
  decorator_count   INT                    NOT NULL  COMMENT 'number of decorators',
  docstring         VARCHAR                          COMMENT 'value of the docstring; NULL if there is none',
  decl_bstart       BIGINT                 NOT NULL  COMMENT 'first byte of the first decorator, else of the definition',
  body_bstart       BIGINT                           COMMENT 'first byte of the body',
  body_bend         BIGINT                           COMMENT 'byte after the body',
  attrs             MAP(VARCHAR, VARCHAR)  NOT NULL  COMMENT 'exceptions only; empty for an ordinary row',
  PRIMARY KEY (def_id)
)
STORED AS DELTATABLE
LOCATION 'normalize/cst_defs_norm_v1'
OPTIONS (
  'norma.kind'                          'output',
  'norma.comment'                       'one row per class or function definition',
  'norma.schema_version'                '1',
  'norma.alias'                         'cst_defs_norm',
  'norma.sort'                          'path, span.bstart, def_id',
  'norma.coordinates'                   'bytes',
  'norma.replace_by'                    'path',
  'norma.not_null'                      'span.ok, span.line_base, span.col_unit, span.end_exclusive, def_span.ok, def_span.line_base, def_span.col_unit, def_span.end_exclusive, params[].kind, params[].has_default, type_param_names[]',
  'norma.ids'                           'file_id, span_id, def_id, parent_def_id',
  'norma.values.parent_kind'            'module, class, function, async_function',
  'norma.values.kind'                   'function, async_function, class',
  'norma.check.span_order'              'span[''bstart''] <= span[''bend'']',
  'norma.check.span_policy'             'span[''line_base''] = 0 AND span[''end_exclusive'']',
  'norma.check.def_span_order'          'def_span[''bstart''] <= def_span[''bend'']',
  'norma.check.def_span_policy'         'def_span[''line_base''] = 0 AND def_span[''end_exclusive'']',
  'norma.check.body_order'              'body_bstart <= body_bend',
  'norma.reference.file_id'             'repo_files.file_id',
  'norma.reference.parent_def_id'       'cst_defs_norm_v1.def_id',
  'delta.enableChangeDataFeed'          'true',
  'delta.enableRowTracking'             'true',
  'delta.enableInCommitTimestamps'      'true',
  'delta.targetFileSize'                '67108864',
  'delta.dataSkippingStatsColumns'      'path,span.bstart,def_id,name',
  'delta.logRetentionDuration'          'interval 30 days',
  'delta.deletedFileRetentionDuration'  'interval 7 days'
);
