# norma_module(<name> [SOURCES …] [HEADERS …] [DEPENDS …] [LIBRARIES …] [TESTS …] [TEST_DEPENDS …])
#
# Makes the library norma_<name> with the alias norma::<name>, our warnings, and one test program
# norma_<name>_test labelled "unit". DEPENDS are norma's own modules (see architecture: downwards
# only), LIBRARIES are foreign ones. Fails to configure when a source of the folder is not named.
include(GoogleTest)

function(norma_warnings target)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wshadow $<$<COMPILE_LANGUAGE:CXX>:-Wconversion>
    -Wno-missing-field-initializers  # designated initialisers leave defaults out on purpose
    $<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict>)  # g++ 12 sees overlaps in std::string that cannot be
  if(NORMA_SANITIZE)  # the checks that a sanitizer adds look to g++ like uses before a value is set
    target_compile_options(${target} PRIVATE -Wno-maybe-uninitialized)
  endif()
  if(NORMA_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
endfunction()

function(norma_module name)
  cmake_parse_arguments(arg "" "" "SOURCES;HEADERS;DEPENDS;LIBRARIES;TESTS;TEST_DEPENDS" ${ARGN})

  file(GLOB found RELATIVE "${CMAKE_CURRENT_SOURCE_DIR}" CONFIGURE_DEPENDS *.cc *.h)
  foreach(file IN LISTS found)
    if(NOT file IN_LIST arg_SOURCES AND NOT file IN_LIST arg_HEADERS AND NOT file IN_LIST arg_TESTS)
      message(FATAL_ERROR "module ${name}: file is not named in its CMakeLists.txt: ${file}")
    endif()
  endforeach()

  if(arg_SOURCES)
    add_library(norma_${name} STATIC ${arg_SOURCES} ${arg_HEADERS})
    set(scope PUBLIC)
    norma_warnings(norma_${name})
    if(NORMA_COVERAGE)  # atomic: threads count too
      target_compile_options(norma_${name} PRIVATE --coverage -fprofile-update=atomic)
      target_link_options(norma_${name} PUBLIC --coverage)
    endif()
  else()
    add_library(norma_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(norma::${name} ALIAS norma_${name})
  target_include_directories(norma_${name} ${scope} "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(norma_${name} ${scope} ${arg_DEPENDS} ${arg_LIBRARIES})

  if(arg_TESTS)
    add_executable(norma_${name}_test ${arg_TESTS})
    norma_warnings(norma_${name}_test)
    target_include_directories(norma_${name}_test PRIVATE "${PROJECT_SOURCE_DIR}")
    target_link_libraries(norma_${name}_test PRIVATE
      norma_${name} ${arg_TEST_DEPENDS} GTest::gmock GTest::gtest_main)
    # Cases carry labels of their own; a value printed as bytes would change from build to build.
    gtest_discover_tests(norma_${name}_test NO_PRETTY_VALUES
      PROPERTIES LABELS unit TIMEOUT 120 DISCOVERY_TIMEOUT 60
      WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  endif()
endfunction()
