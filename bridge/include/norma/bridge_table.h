/* The part of the C ABI for tables and writing. Included by norma/bridge.h, whose rules hold. */
#ifndef NORMA_BRIDGE_TABLE_H_
#define NORMA_BRIDGE_TABLE_H_

#include "norma/bridge.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct NormaRoot NormaRoot;
typedef struct NormaTable NormaTable;
typedef struct NormaWrite NormaWrite;

/* ---- output root ------------------------------------------------------------------------------
 */

/* A folder and the store through which everything below it is read and written: durable, confined
 * to the folder, read-only on request. Any thread. Tables keep what they need of it.
 *
 * options: {"path": "facts", "read_only": false, "record": null | "a file that gets a line for each
 * operation: number, kind, path, bytes, result, parted by tabs"}. The folder is made if it may be.
 */
int32_t norma_root_open(NormaSlice options, NormaRoot** out, NormaError** error);
void norma_root_close(NormaRoot* root);

/* For tests: the same with faults, a list of {"kind": "put_create" | "" …, "path": "part of it",
 * "nth": 1, "action": "error_before" | "error_after" | "short_body" | "panic_before" |
 * "exit_before" | "exit_after", "errno": the error's number}. */
int32_t norma_test_root_open(NormaSlice options, NormaSlice faults, NormaRoot** out,
                             NormaError** error);

/* ---- table ------------------------------------------------------------------------------------
 */

/* A version of a table; it stays that version. Any thread. `location` is relative to the root. */

/* Makes version 0 with the schema, which is moved. A table that is there is opened instead, at its
 * newest version: compare its schema then.
 *
 * spec: {"comment": …, "column_comments": {"span.bstart": …}, "properties": {…}, "contract": {…}}
 */
int32_t norma_table_create(const NormaRoot* root, NormaSlice location, struct ArrowSchema* schema,
                           NormaSlice spec, NormaTable** out, NormaError** error);

/* version -1: the newest. kNotFound without such a table or version; kCorruptData naming the log
 * entry that is missing, empty, cut or changed. */
int32_t norma_table_open(const NormaRoot* root, NormaSlice location, int64_t version,
                         NormaTable** out, NormaError** error);
void norma_table_free(NormaTable* table);

/* {"version", "created", "schema": Delta's JSON, "properties", "contract", "txn": of app_id or
 * null, "timestamp_unix_ms", "rows", "bytes", "files": [{"path", "bytes", "rows"}]} */
int32_t norma_table_facts(const NormaTable* table, NormaSlice app_id, NormaText* out,
                          NormaError** error);
int32_t norma_table_schema(const NormaTable* table, struct ArrowSchema* out, NormaError** error);

/* Writes a checkpoint of the newest version, whatever version the handle has, when the last one is
 * `every` versions behind, and reads the table back through it before readers are pointed to it.
 * out: the version, or -1 when none was due or another process owns it. */
int32_t norma_table_checkpoint(const NormaTable* table, uint64_t every, int64_t* out,
                               NormaError** error);

/* Makes this version of the table known to a session, in place of what has the name. kUnsupported
 * for a table that is not just its files: partitions, column mapping, paths outside.
 *
 * options: empty, or {"sort": ["path", …]}: the contract's order. It is declared to the planner as
 * far as it consists of top-level columns and all files were written in it. */
int32_t norma_session_register_table(const NormaSession* session, NormaSlice name,
                                     const NormaTable* table, NormaSlice options,
                                     NormaError** error);

/* ---- write ------------------------------------------------------------------------------------
 */

/* Rows from one source, then one commit. One thread at a time, except norma_write_cancel.
 *
 * spec: {"mode": "append" | "replace", "sort": […], "key": […], "key_scope": "table" | "path",
 * "target_file_size": bytes, "failures_column": null | name, "divert": false, "planned_version": n}
 *
 * Without planned_version, a replacement is planned on the version of `table`. Rows must ascend by
 * `sort` (nulls last, texts by their bytes) and have unique keys; key_scope "path" means unique
 * among the rows of a path, with `sort` beginning with path. A row with a value in failures_column
 * fails the write, or with divert is left out and told by norma_write_diverted; the column itself
 * is not written. */
int32_t norma_write_begin(const NormaTable* table, NormaSlice spec, NormaWrite** out,
                          NormaError** error);

/* Writes all rows of the stream, which is moved and pulled on a thread of its own.
 * kContractViolation names the column and up to five rows. */
int32_t norma_write_from_stream(const NormaWrite* write, struct ArrowArrayStream* stream,
                                NormaError** error);
int32_t norma_write_from_query(const NormaWrite* write, const NormaQuery* query,
                               NormaError** error);

/* Of a write that diverts, once its rows are written. Failures are "CODE place" in failures_column,
 * joined by "; "; rows that share a key are one element for each failure.
 * out: {"input_rows", "bad_rows", "errors": [{"row_key", "code", "place", "path": null | text,
 * "sample": null | text, "rows"}]}, in the order of the first three members */
int32_t norma_write_diverted(const NormaWrite* write, NormaText* out, NormaError** error);

/* request: {"app_id", "txn", "operation": "WRITE", "run_id": null | text, "metadata": {…}}
 * out: {"outcome": "committed" | "already_applied", "version", "rows", "files", "bytes"}
 * kCommitConflict: another writer won, nothing of this write stands. kCommitUnknown: nobody can
 * say; the same app_id and txn settle it later. Any other kind: nothing was put. */
int32_t norma_write_commit(const NormaWrite* write, NormaSlice request, NormaText* out,
                           NormaError** error);
void norma_write_cancel(const NormaWrite* write);

/* Removes the files of a write that was not committed, unless a commit may name them. */
void norma_write_free(NormaWrite* write);

#ifdef __cplusplus
}
#endif

#endif /* NORMA_BRIDGE_TABLE_H_ */
