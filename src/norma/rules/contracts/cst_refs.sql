-- One row per access of a name or an attribute.
CREATE EXTERNAL TABLE cst_refs (
  file_id         VARCHAR  NOT NULL  COMMENT 'identity of the file, free of its content',
  path            VARCHAR  NOT NULL  COMMENT 'path in the repository, with /',
  ref_id          VARCHAR  NOT NULL  COMMENT 'identity of the access, free of positions',
  owner_def_id    VARCHAR            COMMENT 'enclosing definition; NULL at module level',
  ordinal         INT      NOT NULL  COMMENT 'rank from 0 among equal accesses of the owner',
  ref_kind        VARCHAR  NOT NULL  COMMENT 'name, attribute or keyword',
  ref_text        VARCHAR  NOT NULL  COMMENT 'the name, NFKC-normalised',
  expr_ctx        VARCHAR  NOT NULL  COMMENT 'load, store or del',
  base_dotted     VARCHAR            COMMENT 'of an attribute, its base if that is a chain of names',
  parent_kind     VARCHAR  NOT NULL  COMMENT 'node kind of the parent',
  qnames          ARRAY<STRUCT<
                    "name" VARCHAR,
                    "source" VARCHAR
                  >>       NOT NULL  COMMENT 'candidates by the scopes of this file',
  raw_start_line  INT                COMMENT 'line of the start, counted from 0',
  raw_start_col   INT                COMMENT 'column of the start, bytes from the start of the line',
  raw_end_line    INT                COMMENT 'line of the end, counted from 0',
  raw_end_col     INT                COMMENT 'column of the end, exclusive',
  bstart          BIGINT             COMMENT 'first byte in the file: the name',
  bend            BIGINT             COMMENT 'byte after the last',
  span_ok         BOOLEAN  NOT NULL  COMMENT 'both ends were converted exactly',
  span_reason     VARCHAR            COMMENT 'why they were not; NULL exactly when span_ok',
  PRIMARY KEY (ref_id)
)
STORED AS DELTATABLE
LOCATION 'evidence/cst_refs'
OPTIONS (
  'norma.kind'                          'evidence',
  'norma.comment'                       'one row per access of a name or an attribute',
  'norma.schema_version'                '1',
  'norma.sort'                          'path, bstart, ref_id',
  'norma.coordinates'                   'bytes',
  'norma.replace_by'                    'path',
  'norma.not_null'                      'qnames[].name, qnames[].source',
  'norma.ids'                           'file_id, ref_id, owner_def_id',
  'norma.values.ref_kind'               'name, attribute, keyword',
  'norma.values.expr_ctx'               'load, store, del',
  'norma.check.span_order'              'bstart <= bend',
  'norma.check.span_pair'               '(bstart IS NULL) = (bend IS NULL)',
  'norma.check.span_reason'             'span_ok = (span_reason IS NULL)',
  'norma.reference.file_id'             'repo_files.file_id',
  'norma.reference.owner_def_id'        'cst_defs.def_id',
  'delta.enableChangeDataFeed'          'true',
  'delta.enableRowTracking'             'true',
  'delta.enableInCommitTimestamps'      'true',
  'delta.targetFileSize'                '67108864',
  'delta.dataSkippingStatsColumns'      'path,bstart,ref_id,ref_text',
  'delta.logRetentionDuration'          'interval 30 days',
  'delta.deletedFileRetentionDuration'  'interval 7 days'
);
