SELECT "scip_symbol_information_2"."type_id" AS "type_id", "scip_symbol_information_2"."type_repr" AS "type_repr", "scip_symbol_information_2"."type_form" AS "type_form", "scip_symbol_information_2"."origin" AS "origin"
FROM (
SELECT "scip_symbol_information_2"."type_id" AS "type_id", "scip_symbol_information_2"."type_repr" AS "type_repr", "scip_symbol_information_2"."type_form" AS "type_form", "scip_symbol_information_2"."origin" AS "origin", "scip_symbol_information_2"."source_priority" AS "source_priority"
FROM (
SELECT "scip_symbol_information_2"."type_id" AS "type_id", "scip_symbol_information_2"."type_repr" AS "type_repr", "scip_symbol_information_2"."type_form" AS "type_form", "scip_symbol_information_2"."origin" AS "origin", "scip_symbol_information_2"."source_priority" AS "source_priority", "row_number"() OVER (PARTITION BY "scip_symbol_information_2"."type_id" ORDER BY "scip_symbol_information_2"."source_priority" ASC NULLS LAST, "scip_symbol_information_2"."type_repr" ASC NULLS LAST, "scip_symbol_information_2"."type_form" ASC NULLS LAST, "scip_symbol_information_2"."origin" ASC NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS "_rank"
FROM (
(SELECT "norma_id"('type', "norma_type_repr"("scip_symbol_information"."type_text")) AS "type_id", "norma_type_repr"("scip_symbol_information"."type_text") AS "type_repr", "norma_type_form"("norma_type_repr"("scip_symbol_information"."type_text")) AS "type_form", 'inferred' AS "origin", 0 AS "source_priority"
FROM "norma"."public"."scip_symbol_information" AS "scip_symbol_information"
LEFT ANTI JOIN (
SELECT "scip_documents"."index_id" AS "index_id", "scip_documents"."document_id" AS "document_id", "scip_documents"."path" AS "path", "scip_documents"."file_id" AS "file_id", "scip_documents"."language" AS "language", "scip_documents"."position_encoding" AS "position_encoding", "scip_documents"."col_unit" AS "col_unit", "scip_documents"."unit_source" AS "unit_source", "scip_documents"."occurrence_count" AS "occurrence_count", "scip_documents"."checked_count" AS "checked_count", "scip_documents"."matched_count" AS "matched_count", "scip_documents"."freshness" AS "freshness", "scip_documents"."text_matches" AS "text_matches", "scip_documents"."is_stale" AS "is_stale"
FROM "norma"."public"."scip_documents" AS "scip_documents"
WHERE "scip_documents"."is_stale"
) AS "scip_documents_2" ON "scip_symbol_information"."document_id" = "scip_documents_2"."document_id"
WHERE "character_length"("btrim"("scip_symbol_information"."type_text")) > 0)
UNION ALL
(SELECT "type_exprs_norm_v1"."type_id" AS "type_id", "type_exprs_norm_v1"."type_repr" AS "type_repr", "type_exprs_norm_v1"."type_form" AS "type_form", 'annotation' AS "origin", 1 AS "source_priority"
FROM "norma"."public"."type_exprs_norm_v1" AS "type_exprs_norm_v1")
) AS "scip_symbol_information_2"
) AS "scip_symbol_information_2"
WHERE "scip_symbol_information_2"."_rank" = 1
) AS "scip_symbol_information_2"
