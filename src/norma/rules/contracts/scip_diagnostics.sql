-- One row per diagnostic of an occurrence in a SCIP document.
CREATE EXTERNAL TABLE scip_diagnostics (
  document_id     VARCHAR     NOT NULL  COMMENT 'the document',
  path            VARCHAR     NOT NULL  COMMENT 'path in the repository, with /',
  file_id         VARCHAR               COMMENT 'the file; NULL if it was not scanned',
  occ_index       INT         NOT NULL  COMMENT 'the occurrence',
  diag_index      INT         NOT NULL  COMMENT 'place among its diagnostics, from 0',
  severity        INT         NOT NULL  COMMENT 'severity as in the index',
  code            VARCHAR               COMMENT 'code of the tool',
  message         VARCHAR     NOT NULL  COMMENT 'message of the tool',
  source          VARCHAR               COMMENT 'tool that reported it',
  tags            ARRAY<INT>  NOT NULL  COMMENT 'tags as in the index',
  col_unit        VARCHAR     NOT NULL  COMMENT 'unit of the columns: utf8, utf16 or utf32',
  raw_start_line  INT                   COMMENT 'line of the start, counted from 0',
  raw_start_col   INT                   COMMENT 'column of the start, counted from 0 in col_unit',
  raw_end_line    INT                   COMMENT 'line of the end, counted from 0',
  raw_end_col     INT                   COMMENT 'column of the end, exclusive',
  bstart          BIGINT                COMMENT 'first byte in the file: the occurrence',
  bend            BIGINT                COMMENT 'byte after the last',
  span_ok         BOOLEAN     NOT NULL  COMMENT 'both ends were converted exactly',
  span_reason     VARCHAR               COMMENT 'why they were not; NULL exactly when span_ok',
  PRIMARY KEY (document_id, occ_index, diag_index)
)
STORED AS DELTATABLE
LOCATION 'evidence/scip_diagnostics'
OPTIONS (
  'norma.kind'                          'evidence',
  'norma.comment'                       'one row per diagnostic of an occurrence in a SCIP document',
  'norma.schema_version'                '1',
  'norma.sort'                          'path, document_id, occ_index, diag_index',
  'norma.coordinates'                   'bytes',
  'norma.replace_by'                    'path',
  'norma.not_null'                      'tags[]',
  'norma.ids'                           'document_id, file_id',
  'norma.values.col_unit'               'utf8, utf16, utf32',
  'norma.check.span_order'              'bstart <= bend',
  'norma.check.span_pair'               '(bstart IS NULL) = (bend IS NULL)',
  'norma.check.span_reason'             'span_ok = (span_reason IS NULL)',
  'norma.reference.document_id'         'scip_documents.document_id',
  'norma.reference.file_id'             'repo_files.file_id',
  'delta.enableChangeDataFeed'          'true',
  'delta.enableRowTracking'             'true',
  'delta.enableInCommitTimestamps'      'true',
  'delta.targetFileSize'                '67108864',
  'delta.dataSkippingStatsColumns'      'path,bstart,document_id',
  'delta.logRetentionDuration'          'interval 30 days',
  'delta.deletedFileRetentionDuration'  'interval 7 days'
);
