-- One row per type annotation.
CREATE EXTERNAL TABLE cst_type_exprs (
  file_id         VARCHAR  NOT NULL  COMMENT 'identity of the file, free of its content',
  path            VARCHAR  NOT NULL  COMMENT 'path in the repository, with /',
  type_expr_id    VARCHAR  NOT NULL  COMMENT 'identity of the annotation, free of positions',
  owner_def_id    VARCHAR            COMMENT 'enclosing definition, or the one it annotates; NULL at module level',
  ordinal         INT      NOT NULL  COMMENT 'rank from 0 among equal annotations of the owner',
  expr_kind       VARCHAR  NOT NULL  COMMENT 'annotation, type_alias, bound or default',
  expr_role       VARCHAR  NOT NULL  COMMENT 'return, param, variable, attribute, alias or type_param',
  param_name      VARCHAR            COMMENT 'parameter or type parameter; else NULL',
  target_text     VARCHAR  NOT NULL  COMMENT 'what is annotated: x, self.x, the name of an alias, return',
  expr_text       VARCHAR  NOT NULL  COMMENT 'source text, never cut',
  resolved_text   VARCHAR  NOT NULL  COMMENT 'the same with each head name replaced by what it means in this file',
  is_string       BOOLEAN  NOT NULL  COMMENT 'the whole annotation is a string literal',
  raw_start_line  INT                COMMENT 'line of the start, counted from 0',
  raw_start_col   INT                COMMENT 'column of the start, bytes from the start of the line',
  raw_end_line    INT                COMMENT 'line of the end, counted from 0',
  raw_end_col     INT                COMMENT 'column of the end, exclusive',
  bstart          BIGINT             COMMENT 'first byte in the file: the annotation',
  bend            BIGINT             COMMENT 'byte after the last',
  span_ok         BOOLEAN  NOT NULL  COMMENT 'both ends were converted exactly',
  span_reason     VARCHAR            COMMENT 'why they were not; NULL exactly when span_ok',
  PRIMARY KEY (type_expr_id)
)
STORED AS DELTATABLE
LOCATION 'evidence/cst_type_exprs'
OPTIONS (
  'norma.kind'                          'evidence',
  'norma.comment'                       'one row per type annotation',
  'norma.schema_version'                '1',
  'norma.sort'                          'path, bstart, type_expr_id',
  'norma.coordinates'                   'bytes',
  'norma.replace_by'                    'path',
  'norma.ids'                           'file_id, type_expr_id, owner_def_id',
  'norma.values.expr_kind'              'annotation, type_alias, bound, default',
  'norma.values.expr_role'              'return, param, variable, attribute, alias, type_param',
  'norma.check.span_order'              'bstart <= bend',
  'norma.check.span_pair'               '(bstart IS NULL) = (bend IS NULL)',
  'norma.check.span_reason'             'span_ok = (span_reason IS NULL)',
  'norma.reference.file_id'             'repo_files.file_id',
  'norma.reference.owner_def_id'        'cst_defs.def_id',
  'delta.enableChangeDataFeed'          'true',
  'delta.enableRowTracking'             'true',
  'delta.enableInCommitTimestamps'      'true',
  'delta.targetFileSize'                '67108864',
  'delta.dataSkippingStatsColumns'      'path,bstart,type_expr_id',
  'delta.logRetentionDuration'          'interval 30 days',
  'delta.deletedFileRetentionDuration'  'interval 7 days'
);
