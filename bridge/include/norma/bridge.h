/* The C ABI between norma's C++ and its Rust engine. Written by hand; the only truth.
 *
 * Rules:
 *  - In: opaque handles, numbers, borrowed slices that live for the call. Out: owned handles, owned
 *    texts and Arrow C streams.
 *  - A fallible function returns 0 or the number of an ErrorKind (src/norma/base/error_kinds.def)
 * and then fills *error, which the caller frees. `error` may be null. Out parameters are untouched
 * on failure.
 *  - A call may block; another thread cancels it through the handle. No function may be called from
 *    an engine thread, so never from a function's `call`.
 *  - A panic in the engine arrives as kInternal and closes the session: every later call on it
 * fails, freeing its handles still works, and a new session works at once.
 */
#ifndef NORMA_BRIDGE_H_
#define NORMA_BRIDGE_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ArrowArray;
struct ArrowArrayStream;
struct ArrowSchema;

/* Raised with every change of this header. */
#define NORMA_BRIDGE_ABI 2

typedef struct NormaError NormaError;
typedef struct NormaSession NormaSession;
typedef struct NormaQuery NormaQuery;

/* Borrowed bytes. Text is UTF-8; `data` may be null when `len` is 0. */
typedef struct NormaSlice {
  const char* data;
  size_t len;
} NormaSlice;

/* Bytes that the caller owns, freed by norma_text_free. */
typedef struct NormaText {
  char* data;
  size_t len;
} NormaText;

/* ---- process ----------------------------------------------------------------------------------
 */

/* NORMA_BRIDGE_ABI of the library; compared at start. */
uint32_t norma_bridge_abi(void);

typedef struct NormaEngineOptions {
  uint32_t struct_size;
  uint32_t threads;           /* engine threads; 0: one for each processor */
  uint64_t memory_bytes;      /* budget of all queries together; 0: 1 GiB */
  uint64_t spill_bytes;       /* most bytes of spill files; 0: 100 GB */
  NormaSlice spill_directory; /* exists; empty: a folder of the system's temporary directory */
} NormaEngineOptions;

/* Starts the engine. Once a process: a second call is kInvalidArgument. Without it the first
 * session starts the engine with the defaults. No other thread may use the environment meanwhile.
 */
int32_t norma_engine_start(const NormaEngineOptions* options, NormaError** error);

/* ---- errors and texts -------------------------------------------------------------------------
 */

int32_t norma_error_kind(const NormaError* error);
/* One sentence. A line feed and "help: " may part it from another, what the user can do next. */
NormaSlice norma_error_message(const NormaError* error); /* lives as long as the error */
void norma_error_free(NormaError* error);

void norma_text_free(char* data, size_t len);

/* ---- session ----------------------------------------------------------------------------------
 */

/* Any thread; calls may overlap. Queries and streams keep what they need of it. */

typedef struct NormaSessionOptions {
  uint32_t struct_size;
  uint32_t target_partitions; /* 0: one for each engine thread */
  uint32_t batch_rows;        /* 0: 8192 */
} NormaSessionOptions;

int32_t norma_session_open(const NormaSessionOptions* options, NormaSession** out,
                           NormaError** error);
void norma_session_close(NormaSession* session);

/* 1 if a panic closed the session. */
int32_t norma_session_is_closed(const NormaSession* session);

/* Gives a registered table a second name, which also hides an older table of that name. */
int32_t norma_session_register_alias(const NormaSession* session, NormaSlice alias,
                                     NormaSlice table, NormaError** error);

/* ---- functions --------------------------------------------------------------------------------
 */

typedef struct NormaFunction {
  uint32_t struct_size;
  NormaSlice name;        /* lower case, and no function of the session has it */
  NormaSlice description; /* for the catalogue, as is `syntax` */
  NormaSlice syntax;
  const struct ArrowSchema*
      arguments;                    /* a struct: one child an argument, its name and exact type */
  const struct ArrowSchema* result; /* its type, and whether it may be NULL */
  int32_t volatility;               /* 0 immutable, 1 stable, 2 volatile */
  int32_t
      variadic; /* 1: any number of Utf8, Int64, Boolean, Binary or Null may follow, 64 in all */
  void* user;
  /* Arguments are lent, of the declared types: other forms of text, integers and lists are cast
   * before. A released schema follows the last type. Bit i of `scalars` says that argument i has
   * one row for all. When all have, and the function is not volatile, `rows` is 1. The result has
   * exactly `rows` rows and is moved into *out. A failure is the number of an ErrorKind, and a text
   * with a NUL at its end in `message`. Runs on engine threads, many at once, immutable ones also
   * while planning: does not block, throw, or call the bridge. */
  int32_t (*call)(void* user, const struct ArrowSchema* types, const struct ArrowArray* arguments,
                  int64_t rows, uint64_t scalars, struct ArrowArray* out, char* message,
                  size_t message_size);
  /* Called once, when the session and every query that uses the function are gone. Not called when
   * registering fails. May be null. */
  void (*release)(void* user);
} NormaFunction;

int32_t norma_session_register_function(const NormaSession* session, const NormaFunction* function,
                                        NormaError** error);

/* ---- catalogue --------------------------------------------------------------------------------
 */

/* name, signature, kind (scalar, aggregate, window, higher_order, table), result, volatility,
 * origin (engine, norma), description, syntax: texts, by name. One row for each signature; an alias
 * has rows of its own. */
int32_t norma_session_functions(const NormaSession* session, struct ArrowArrayStream* out,
                                NormaError** error);
/* name, value: the settings in force, by name, those of the runtime included. */
int32_t norma_session_settings(const NormaSession* session, struct ArrowArrayStream* out,
                               NormaError** error);

/* ---- parsing ----------------------------------------------------------------------------------
 */

/* Exactly one CREATE EXTERNAL TABLE as JSON: {"name", "if_not_exists", "location", "stored_as",
 * "columns": [{"name", "type", "nullable", "comment", "default"}], "constraints": [{"kind":
 * "primary_key" | "unique", "columns": […]} | {"kind": "check", "expression"}], "options": [[key,
 * value], …] as written, "partitioned_by": […]}. Bare names are folded to lower case, option keys
 * are not. */
int32_t norma_ddl_json(NormaSlice sql, NormaText* out, NormaError** error);

/* What the engine says about the types of one operator or call. Request: {"kind": "operator" |
 * "case" | "scalar" | "aggregate" | "window", "name", "args": [{"type", "nullable", "literal"?}]},
 * types as arrow_cast reads them; the last value of a CASE is its ELSE. Answer: {"type",
 * "nullable", "args": [types that they are cast to], "volatility"}. kNotFound for an unknown name,
 * kInvalidArgument for arguments that it does not take. */
int32_t norma_resolve_types(const NormaSession* session, NormaSlice request, NormaText* out,
                            NormaError** error);

/* ---- query ------------------------------------------------------------------------------------
 */

/* One thread at a time, except norma_query_cancel. */

#define NORMA_POLICY_READ_ONLY 0 /* queries, SHOW, DESCRIBE, and EXPLAIN of these */
#define NORMA_POLICY_RULE 1      /* one query and nothing else */

/* Parses, checks and plans one statement, down to the physical plan. kPolicyDenied for a statement
 * that the policy forbids, kLimitExceeded before parsing for one that is too long or too deep. */
int32_t norma_session_plan(const NormaSession* session, NormaSlice sql, int32_t policy,
                           NormaQuery** out, NormaError** error);
void norma_query_free(NormaQuery* query);

/* The columns of the result. */
int32_t norma_query_schema(const NormaQuery* query, struct ArrowSchema* out, NormaError** error);

/* Runs the query; may be called again. The stream outlives the query's and the session's handles.
 * When get_next fails, norma_query_error has the whole error; errno and get_last_error have not. */
int32_t norma_query_stream(const NormaQuery* query, struct ArrowArrayStream* out,
                           NormaError** error);

/* Any thread. Ends running and later runs with kCancelled. */
void norma_query_cancel(const NormaQuery* query);

/* The error that ended the last stream, as number and owned error; 0 if there was none. */
int32_t norma_query_error(const NormaQuery* query, NormaError** out);

/* Runs the query into a local file: csv, json, ndjson, parquet or arrow. A regular file appears
 * only when it is complete. `rows` may be null. */
int32_t norma_query_save(const NormaQuery* query, NormaSlice format, NormaSlice path,
                         uint64_t* rows, NormaError** error);

/* The plan as text: logical, optimized, pgjson, graphviz, physical or tree. */
int32_t norma_query_explain(const NormaQuery* query, NormaSlice format, NormaText* out,
                            NormaError** error);

/* {"scans": [{"table", "columns", "filters", "limit"}], "files": [{"columns", "predicate",
 * "files_chosen", "metrics"}], "joins": [{"operator", "type", "on"}], "partitions", "spills",
 * "spilled_bytes"}; metrics are those of the last run. */
int32_t norma_query_plan_json(const NormaQuery* query, NormaText* out, NormaError** error);

/* ---- for tests --------------------------------------------------------------------------------
 */

/* Registers the function norma_test_panic(x), the table norma_test_panic_table whose rows panic,
 * and norma_test_texts: one text in the columns plain, large, viewed, keyed, and an Int32 small. */
int32_t norma_test_register(const NormaSession* session, NormaError** error);
int32_t norma_test_panic_in_call(const NormaSession* session, NormaError** error);
/* The kinds as the engine has them; 0 and empty beyond the last. */
int32_t norma_test_error_kind(size_t index);
NormaText norma_test_error_kind_name(size_t index);

#ifdef __cplusplus
}
#endif

#include "norma/bridge_table.h" /* tables and writing */

#endif /* NORMA_BRIDGE_H_ */
