-- One row per document of a SCIP index.
CREATE EXTERNAL TABLE scip_documents (
  index_id           VARCHAR  NOT NULL  COMMENT 'the index',
  document_id        VARCHAR  NOT NULL  COMMENT 'identity of the document',
  path               VARCHAR  NOT NULL  COMMENT 'path in the repository, with /',
  file_id            VARCHAR            COMMENT 'the file; NULL if it was not scanned',
  language           VARCHAR  NOT NULL  COMMENT 'language, as in the index',
  position_encoding  INT      NOT NULL  COMMENT 'encoding of columns, as in the index',
  col_unit           VARCHAR  NOT NULL  COMMENT 'unit that columns are read in: utf8, utf16 or utf32',
  unit_source        VARCHAR  NOT NULL  COMMENT 'how the unit was found: declared, tool, vote, default',
  occurrence_count   INT      NOT NULL  COMMENT 'occurrences',
  checked_count      INT      NOT NULL  COMMENT 'occurrences whose text was compared with their symbol',
  matched_count      INT      NOT NULL  COMMENT 'of these, how many agree',
  freshness          REAL               COMMENT 'matched by checked; NULL if none was checked',
  text_matches       BOOLEAN            COMMENT 'the text in the index equals the file; NULL if it holds none',
  is_stale           BOOLEAN  NOT NULL  COMMENT 'the document describes another state of the file',
  PRIMARY KEY (document_id)
)
STORED AS DELTATABLE
LOCATION 'evidence/scip_documents'
OPTIONS (
  'norma.kind'                          'evidence',
  'norma.comment'                       'one row per document of a SCIP index',
  'norma.schema_version'                '1',
  'norma.sort'                          'path, document_id',
  'norma.coordinates'                   'none',
  'norma.replace_by'                    'path',
  'norma.ids'                           'index_id, document_id, file_id',
  'norma.values.col_unit'               'utf8, utf16, utf32',
  'norma.values.unit_source'            'declared, tool, vote, default',
  'norma.check.matched'                 'matched_count <= checked_count',
  'norma.check.freshness'               'freshness BETWEEN 0 AND 1',
  'norma.reference.index_id'            'scip_indexes.index_id',
  'norma.reference.file_id'             'repo_files.file_id',
  'delta.enableChangeDataFeed'          'true',
  'delta.enableRowTracking'             'true',
  'delta.enableInCommitTimestamps'      'true',
  'delta.targetFileSize'                '67108864',
  'delta.dataSkippingStatsColumns'      'path,document_id',
  'delta.logRetentionDuration'          'interval 30 days',
  'delta.deletedFileRetentionDuration'  'interval 7 days'
);
