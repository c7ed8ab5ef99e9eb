-- One row per imported alias.
CREATE EXTERNAL TABLE cst_imports_norm_v1 (
  file_id         VARCHAR                NOT NULL  COMMENT 'identity of the file, free of its content',
  path            VARCHAR                NOT NULL  COMMENT 'path in the repository, with /',
  span            STRUCT<
                    "bstart" BIGINT,
                    "bend" BIGINT,
                    "ok" BOOLEAN,
                    "start" STRUCT<"line" INT, "col" INT>,
                    "end" STRUCT<"line" INT, "col" INT>,
                    "line_base" INT,
                    "col_unit" VARCHAR,
                    "end_exclusive" BOOLEAN
                  >                      NOT NULL  COMMENT 'the alias, or the star',
  stmt_span       STRUCT<
                    "bstart" BIGINT,
                    "bend" BIGINT,
                    "ok" BOOLEAN,
                    "start" STRUCT<"line" INT, "col" INT>,
                    "end" STRUCT<"line" INT, "col" INT>,
                    "line_base" INT,
                    "col_unit" VARCHAR,
                    "end_exclusive" BOOLEAN
                  >                      NOT NULL  COMMENT 'the whole statement',
  span_id         VARCHAR                          COMMENT 'identity of the alias''s span; NULL if it has no bytes',
  import_id       VARCHAR                NOT NULL  COMMENT 'identity of the import, free of positions',
  owner_def_id    VARCHAR                          COMMENT 'enclosing definition; NULL at module level',
  alias_index     INT                    NOT NULL  COMMENT 'place of the alias in its statement, from 0',
  kind            VARCHAR                NOT NULL  COMMENT 'import, importfrom or future',
  module          VARCHAR                          COMMENT 'the module as written; NULL for from . import x',
  relative_level  INT                    NOT NULL  COMMENT 'number of leading dots',
  name            VARCHAR                          COMMENT 'imported name; NULL for kind import and for a star',
  asname          VARCHAR                          COMMENT 'name after as',
  is_star         BOOLEAN                NOT NULL  COMMENT 'from m import *',
  bound_name      VARCHAR                          COMMENT 'name that the alias binds; NULL for a star',
  guard           VARCHAR                          COMMENT 'nearest guard around the statement; NULL if it always runs',
  attrs           MAP(VARCHAR, VARCHAR)  NOT NULL  COMMENT 'exceptions only; empty for an ordinary row',
  PRIMARY KEY (import_id)
)
STORED AS DELTATABLE
LOCATION 'normalize/cst_imports_norm_v1'
OPTIONS (
  'norma.kind'                          'output',
  'norma.comment'                       'one row per imported alias',
  'norma.schema_version'                '1',
  'norma.alias'                         'cst_imports_norm',
  'norma.sort'                          'path, span.bstart, import_id',
  'norma.coordinates'                   'bytes',
  'norma.replace_by'                    'path',
  'norma.not_null'                      'span.ok, span.line_base, span.col_unit, span.end_exclusive, stmt_span.ok, stmt_span.line_base, stmt_span.col_unit, stmt_span.end_exclusive',
  'norma.ids'                           'file_id, span_id, import_id, owner_def_id',
  'norma.values.kind'                   'import, importfrom, future',
  'norma.values.guard'                  'type_checking, try, except_import_error, if',
  'norma.check.span_order'              'span[''bstart''] <= span[''bend'']',
  'norma.check.span_policy'             'span[''line_base''] = 0 AND span[''end_exclusive'']',
  'norma.check.stmt_span_order'         'stmt_span[''bstart''] <= stmt_span[''bend'']',
  'norma.check.stmt_span_policy'        'stmt_span[''line_base''] = 0 AND stmt_span[''end_exclusive'']',
  'norma.check.relative_level'          'relative_level >= 0',
  'norma.reference.file_id'             'repo_files.file_id',
  'norma.reference.owner_def_id'        'cst_defs_norm_v1.def_id',
  'delta.enableChangeDataFeed'          'true',
  'delta.enableRowTracking'             'true',
  'delta.enableInCommitTimestamps'      'true',
  'delta.targetFileSize'                '67108864',
  'delta.dataSkippingStatsColumns'      'path,span.bstart,import_id,module',
  'delta.logRetentionDuration'          'interval 30 days',
  'delta.deletedFileRetentionDuration'  'interval 7 days'
);
