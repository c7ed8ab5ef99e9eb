# Compiled objects are kept beside the engine's build, so that a fresh checkout compiles only what
# is new in it. A launcher that the user names wins.
find_program(NORMA_CCACHE ccache)
if(NORMA_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(launcher "${CMAKE_COMMAND}" -E env
    "CCACHE_DIR=${NORMA_CACHE_DIR}/ccache" CCACHE_MAXSIZE=5G
    # Checkouts in different folders share objects.
    "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" CCACHE_NOHASHDIR=1
    "${NORMA_CCACHE}")
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()
