# norma_embed(<target> <name> <file>…)
#
# Compiles files into <target>, so that the binary needs nothing beside it. <name> is snake_case. The
# target's sources include "norma/embedded/<name>.h" and call norma::embedded::<name>::Files(), which
# gives name (without folder) and content of each file, in the order given here. The content is
# followed by a NUL that does not count. A changed file is embedded anew by the next build.
#
# Run as a script (cmake -P), this file writes the source of one such list.

if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
  set(arrays "")
  set(entries "")
  set(index 0)
  foreach(file IN LISTS FILES)
    get_filename_component(base "${file}" NAME)
    file(READ "${file}" content HEX)
    string(LENGTH "${content}" size)
    math(EXPR size "${size} / 2")
    string(REGEX REPLACE "(................................)" "\\1\n" content "${content}")
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," content "${content}")
    string(APPEND arrays "const unsigned char kContent${index}[] = {\n${content}0};\n")
    string(APPEND entries
      "    {\"${base}\", {reinterpret_cast<const char*>(kContent${index}), ${size}}},\n")
    math(EXPR index "${index} + 1")
  endforeach()
  file(WRITE "${OUTPUT}" "#include \"norma/embedded/${NAME}.h\"\n
namespace norma::embedded::${NAME} {\nnamespace {\n
${arrays}
const File kFiles[] = {\n${entries}};\n
}  // namespace\n
std::span<const File> Files() { return kFiles; }\n
}  // namespace norma::embedded::${NAME}\n")
  return()
endif()

set(NORMA_EMBED_SCRIPT "${CMAKE_CURRENT_LIST_FILE}" CACHE INTERNAL "Writes the source of embedded files")

function(norma_embed target name)
  if(NOT name MATCHES "^[a-z][a-z0-9_]*$" OR NOT ARGN)
    message(FATAL_ERROR "norma_embed: wants a snake_case name and at least one file: ${name}")
  endif()
  set(files "")
  foreach(file IN LISTS ARGN)
    get_filename_component(file "${file}" ABSOLUTE)
    list(APPEND files "${file}")
  endforeach()

  set(folder "${CMAKE_CURRENT_BINARY_DIR}/embedded")
  set(header "${folder}/norma/embedded/${name}.h")
  set(source "${folder}/${name}.cc")
  file(CONFIGURE OUTPUT "${header}" @ONLY CONTENT [[
#pragma once

#include <span>
#include <string_view>

namespace norma::embedded::@name@ {

struct File {
  std::string_view name;
  std::string_view content;
};

/// The embedded files; they live as long as the program.
std::span<const File> Files();

}  // namespace norma::embedded::@name@
]])
  add_custom_command(
    OUTPUT "${source}"
    COMMAND "${CMAKE_COMMAND}" "-DNAME=${name}" "-DOUTPUT=${source}" "-DFILES=${files}"
            -P "${NORMA_EMBED_SCRIPT}"
    DEPENDS ${files} "${NORMA_EMBED_SCRIPT}"
    COMMENT "Embedding ${name}"
    VERBATIM)
  target_sources(${target} PRIVATE "${source}")
  target_include_directories(${target} PRIVATE "${folder}")
endfunction()
