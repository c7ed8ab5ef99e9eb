# tree-sitter and its Python grammar. They are crates, so Cargo.lock pins them; cargo tells where it
# keeps their C sources, and they are compiled here.
execute_process(
  COMMAND cargo metadata --locked --format-version 1
  WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
  OUTPUT_VARIABLE cargo_metadata
  ERROR_VARIABLE cargo_complaint
  RESULT_VARIABLE cargo_result)
if(cargo_result)
  message(FATAL_ERROR "cargo cannot read the lock file: ${cargo_complaint}")
endif()
file(WRITE "${PROJECT_BINARY_DIR}/cargo_metadata.json" "${cargo_metadata}")
execute_process(
  COMMAND "${Python3_EXECUTABLE}" -c "
import json, pathlib, sys
packages = json.load(open(sys.argv[1]))['packages']
folders = {p['name']: str(pathlib.Path(p['manifest_path']).parent) for p in packages}
print(folders['tree-sitter'], folders['tree-sitter-python'], sep=';', end='')
" "${PROJECT_BINARY_DIR}/cargo_metadata.json"
  OUTPUT_VARIABLE tree_sitter_folders
  COMMAND_ERROR_IS_FATAL ANY)
list(GET tree_sitter_folders 0 tree_sitter_root)
list(GET tree_sitter_folders 1 tree_sitter_python_root)

add_library(tree_sitter STATIC
  "${tree_sitter_root}/src/lib.c"
  "${tree_sitter_python_root}/src/parser.c" "${tree_sitter_python_root}/src/scanner.c")
target_include_directories(tree_sitter SYSTEM PUBLIC "${tree_sitter_root}/include")
target_include_directories(tree_sitter PRIVATE
  "${tree_sitter_root}/src" "${tree_sitter_python_root}/src")
target_compile_definitions(tree_sitter PRIVATE _POSIX_C_SOURCE=200112L _DEFAULT_SOURCE)
# The parser is the hottest foreign code of a run; a debug build of norma should not crawl in it.
target_compile_options(tree_sitter PRIVATE -O2)
