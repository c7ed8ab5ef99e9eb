/* The C ABI between norma's C++ and its Rust engine. Written by hand; the only truth.
 *
 * Rules:
 *  - In: opaque handles, numbers, borrowed slices that live for the call. Out: owned handles, owned
 *    texts and Arrow C streams.
 *  - A fallible function returns 0 or the number of an ErrorKind (src/norma/base/error_kinds.def) and
 *    then fills *error, which the caller frees. `error` may be null. Out parameters are untouched on
 *    failure.
 *  - A call may block; another thread cancels it through the handle. No function may be called from
 *    an engine thread, so never from a function's `call`.
 *  - A panic in the engine arrives as kInternal and closes the session: every later call on it fails,
 *    freeing its handles still works, and a new session works at once.
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
#define NORMA_BRIDGE_ABI 1

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

/* ---- process ---------------------------------------------------------------------------------- */

/* NORMA_BRIDGE_ABI of the library; compared at start. */
uint32_t norma_bridge_abi(void);

typedef struct NormaEngineOptions {
  uint32_t struct_size;
  uint32_t threads;           /* engine threads; 0: one for each processor */
  uint64_t memory_bytes;      /* budget of all queries together; 0: 1 GiB */
  uint64_t spill_bytes;       /* most bytes of spill files; 0: 100 GB */
  NormaSlice spill_directory; /* exists; empty: a folder of the system's temporary directory */
} NormaEngineOptions;

/* Starts the engine. Once a process: a second call is kInvalidArgument. Without it the first session
 * starts the engine with the defaults. */
int32_t norma_engine_start(const NormaEngineOptions* options, NormaError** error);

/* ---- errors and texts ------------------------------------------------------------------------- */

/* The accessors' slices live as long as the error. */
int32_t norma_error_kind(const NormaError* error);
NormaSlice norma_error_message(const NormaError* error);
NormaSlice norma_error_detail(const NormaError* error); /* JSON, or empty */
int32_t norma_error_retryable(const NormaError* error); /* 1: the same call may succeed later */
void norma_error_free(NormaError* error);

void norma_text_free(char* data, size_t len);

/* ---- session ---------------------------------------------------------------------------------- */

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

/* ---- query ------------------------------------------------------------------------------------ */

void norma_query_free(NormaQuery* query);

#ifdef __cplusplus
}
#endif

#include "norma/bridge_table.h" /* tables and writing */

#endif /* NORMA_BRIDGE_H_ */
