-- One row per symbol of a scope.
CREATE EXTERNAL TABLE symtable_symbols (
  file_id             VARCHAR  NOT NULL  COMMENT 'identity of the file, free of its content',
  path                VARCHAR  NOT NULL  COMMENT 'path in the repository, with /',
  py_tag              VARCHAR  NOT NULL  COMMENT 'interpreter cache tag',
  scope_id            VARCHAR  NOT NULL  COMMENT 'the scope',
  symbol_id           VARCHAR  NOT NULL  COMMENT 'identity of the symbol',
  name                VARCHAR  NOT NULL  COMMENT 'the name, as CPython mangles it',
  is_referenced       BOOLEAN  NOT NULL  COMMENT 'used in its scope',
  is_imported         BOOLEAN  NOT NULL  COMMENT 'bound by an import',
  is_parameter        BOOLEAN  NOT NULL  COMMENT 'a parameter',
  is_type_parameter   BOOLEAN  NOT NULL  COMMENT 'a type parameter',
  is_global           BOOLEAN  NOT NULL  COMMENT 'global, declared or not',
  is_nonlocal         BOOLEAN  NOT NULL  COMMENT 'declared nonlocal',
  is_declared_global  BOOLEAN  NOT NULL  COMMENT 'declared global',
  is_local            BOOLEAN  NOT NULL  COMMENT 'local to its scope',
  is_annotated        BOOLEAN  NOT NULL  COMMENT 'has an annotation',
  is_free             BOOLEAN  NOT NULL  COMMENT 'bound in an enclosing function',
  is_assigned         BOOLEAN  NOT NULL  COMMENT 'assigned in its scope',
  is_namespace        BOOLEAN  NOT NULL  COMMENT 'bound to a class or a function here',
  namespace_count     INT      NOT NULL  COMMENT 'how many scopes the name opens',
  PRIMARY KEY (symbol_id)
)
STORED AS DELTATABLE
LOCATION 'evidence/symtable_symbols'
OPTIONS (
  'norma.kind'                          'evidence',
  'norma.comment'                       'one row per symbol of a scope',
  'norma.schema_version'                '1',
  'norma.sort'                          'path, scope_id, name',
  'norma.coordinates'                   'none',
  'norma.replace_by'                    'path',
  'norma.ids'                           'file_id, scope_id, symbol_id',
  'norma.reference.file_id'             'repo_files.file_id',
  'norma.reference.scope_id'            'symtable_scopes.scope_id',
  'delta.enableChangeDataFeed'          'true',
  'delta.enableRowTracking'             'true',
  'delta.enableInCommitTimestamps'      'true',
  'delta.targetFileSize'                '67108864',
  'delta.dataSkippingStatsColumns'      'path,scope_id,name',
  'delta.logRetentionDuration'          'interval 30 days',
  'delta.deletedFileRetentionDuration'  'interval 7 days'
);
