-- One row per distinct type that the source names or an index infers.
CREATE EXTERNAL TABLE type_nodes_v1 (
  type_id    VARCHAR  NOT NULL  COMMENT 'identity of type_repr',
  type_repr  VARCHAR  NOT NULL  COMMENT 'canonical text of the type',
  type_form  VARCHAR  NOT NULL  COMMENT 'shape of the type',
  origin     VARCHAR  NOT NULL  COMMENT 'annotation, or inferred if a SCIP index knows the type',
  PRIMARY KEY (type_id)
)
STORED AS DELTATABLE
LOCATION 'normalize/type_nodes_v1'
OPTIONS (
  'norma.kind'                          'output',
  'norma.comment'                       'one row per distinct type that the source names or an index infers',
  'norma.schema_version'                '1',
  'norma.alias'                         'types_norm',
  'norma.sort'                          'type_id',
  'norma.coordinates'                   'none',
  'norma.replace_by'                    'table',
  'norma.ids'                           'type_id',
  'norma.values.type_form'              'none, any, never, self, optional, union, literal, annotated, callable, tuple, type, unpack, generic, name, unknown',
  'norma.values.origin'                 'annotation, inferred',
  'norma.evidence.emit'                 'true',
  'norma.evidence.family'               'type',
  'norma.evidence.source'               'column:origin',
  'norma.evidence.role'                 'column:type_form',
  'norma.evidence.confidence'           '0.9',
  'norma.evidence.weights'              'inferred=-0.1',
  'delta.enableChangeDataFeed'          'true',
  'delta.enableRowTracking'             'true',
  'delta.enableInCommitTimestamps'      'true',
  'delta.targetFileSize'                '67108864',
  'delta.dataSkippingStatsColumns'      'type_id,type_repr',
  'delta.logRetentionDuration'          'interval 30 days',
  'delta.deletedFileRetentionDuration'  'interval 7 days'
);
