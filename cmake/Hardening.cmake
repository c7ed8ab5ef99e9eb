# Compiler and linker options of every target of ours.
add_compile_options(-fstack-protector-strong -ffunction-sections -fdata-sections)
if(CMAKE_BUILD_TYPE MATCHES "Rel" AND NOT NORMA_SANITIZE)
  add_compile_definitions(_FORTIFY_SOURCE=2)
endif()
if(NORMA_SANITIZE)
  add_compile_options(-fsanitize=${NORMA_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${NORMA_SANITIZE})
endif()
add_link_options(-pie -Wl,-z,relro -Wl,-z,now -Wl,--gc-sections -Wl,--exclude-libs,ALL)

# The Rust archive is half a gigabyte: bfd needs 15 s to link it, mold 3 s.
find_program(NORMA_MOLD mold)
find_program(NORMA_LLD ld.lld)
if(NORMA_MOLD)
  add_link_options(-fuse-ld=mold)
elseif(NORMA_LLD)
  add_link_options(-fuse-ld=lld)
endif()
