# The Rust staticlib with DataFusion and delta-rs. Its cargo folder is shared by all checkouts.
find_program(NORMA_CARGO cargo REQUIRED)
find_program(NORMA_PROTOC protoc)
if(NOT NORMA_PROTOC)
  message(FATAL_ERROR "protoc is missing: install protobuf-compiler (the engine's build needs it)")
endif()
set(NORMA_CARGO_DIR "${NORMA_CACHE_DIR}/cargo" CACHE PATH "cargo's build folder")
set(bridge_lib "${NORMA_CARGO_DIR}/release/libbridge.a")
file(GLOB_RECURSE bridge_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/bridge/src/*.rs")

# The archive is copied into the build folder, since checkouts that share the cargo folder overwrite
# each other's: one at a time. cargo tells their sources apart by time alone, and would take the archive
# that another checkout built after our last change for ours; so the crate's root is touched first.
# The touch at the end keeps Ninja from calling cargo for ever.
set(bridge_copy "${PROJECT_BINARY_DIR}/libbridge.a")
add_custom_command(OUTPUT "${bridge_copy}"
  COMMAND ${CMAKE_COMMAND} -E make_directory "${NORMA_CARGO_DIR}"
  COMMAND ${CMAKE_COMMAND} -E env --unset=CC --unset=CXX --unset=CFLAGS --unset=CXXFLAGS
          --unset=LDFLAGS CARGO_TARGET_DIR=${NORMA_CARGO_DIR}
          flock "${NORMA_CARGO_DIR}/checkout.lock" sh -c
          "touch bridge/src/lib.rs && \"$1\" build --locked --workspace --profile release && cp \"$2\" \"$3\""
          sh "${NORMA_CARGO}" "${bridge_lib}" "${bridge_copy}"
  COMMAND ${CMAKE_COMMAND} -E touch "${bridge_copy}"
  DEPENDS ${bridge_sources} "${PROJECT_SOURCE_DIR}/Cargo.toml" "${PROJECT_SOURCE_DIR}/Cargo.lock"
          "${PROJECT_SOURCE_DIR}/bridge/Cargo.toml"
  WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
  USES_TERMINAL VERBATIM)
add_custom_target(norma_bridge_build DEPENDS "${bridge_copy}")

add_library(norma_bridge STATIC IMPORTED GLOBAL)
set_target_properties(norma_bridge PROPERTIES
  IMPORTED_LOCATION "${bridge_copy}"
  INTERFACE_INCLUDE_DIRECTORIES "${PROJECT_SOURCE_DIR}/bridge/include"
  INTERFACE_LINK_LIBRARIES "PkgConfig::XXHASH;gcc_s;util;rt;pthread;m;dl")
add_dependencies(norma_bridge norma_bridge_build)
