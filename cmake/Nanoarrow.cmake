# nanoarrow: owners, builders and readers for the Arrow C data interface. Its C sources come from
# its Python source archive, pinned by hash.
find_package(Python3 3.11 REQUIRED COMPONENTS Interpreter)
set(nanoarrow_version 0.8.0)
execute_process(
  COMMAND "${Python3_EXECUTABLE}" "${PROJECT_SOURCE_DIR}/cmake/fetch_sdist.py" nanoarrow
          ${nanoarrow_version} aa63e01e799380ec4f8adab88f4faac8d27bfb725fe1009fe73d7ce4efd9f7f6
          "${NORMA_CACHE_DIR}/sources"
  COMMAND_ERROR_IS_FATAL ANY)
set(nanoarrow_root
  "${NORMA_CACHE_DIR}/sources/nanoarrow-${nanoarrow_version}/subprojects/arrow-nanoarrow/src/nanoarrow")

string(REPLACE "." ";" version_parts ${nanoarrow_version})
list(GET version_parts 0 NANOARROW_VERSION_MAJOR)
list(GET version_parts 1 NANOARROW_VERSION_MINOR)
list(GET version_parts 2 NANOARROW_VERSION_PATCH)
set(NANOARROW_VERSION ${nanoarrow_version})
set(NANOARROW_NAMESPACE_DEFINE "#define NANOARROW_NAMESPACE NormaNanoarrow")
configure_file("${nanoarrow_root}/nanoarrow_config.h.in"
  "${PROJECT_BINARY_DIR}/nanoarrow/nanoarrow/nanoarrow_config.h" @ONLY)

add_library(nanoarrow STATIC
  "${nanoarrow_root}/common/array.c" "${nanoarrow_root}/common/array_stream.c"
  "${nanoarrow_root}/common/schema.c" "${nanoarrow_root}/common/utils.c")
target_include_directories(nanoarrow SYSTEM PUBLIC
  "${nanoarrow_root}/.." "${PROJECT_BINARY_DIR}/nanoarrow")
