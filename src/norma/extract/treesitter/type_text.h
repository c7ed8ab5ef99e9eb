#pragma once

/// \file
/// The text of an annotation with its names replaced by what they mean in their file.

#include <cstdint>
#include <string>
#include <string_view>

#include "norma/extract/treesitter/resolver.h"

namespace norma::extract::treesitter {

/// Writes `resolved_text` (docs: type text): the head of every dotted chain becomes the full name
/// of the import, class or type alias that it means in `scope`; all else stays as it is written.
///
/// String literals that are annotations become their content, treated the same way, but not inside
/// `Literal`, in the metadata of `Annotated`, or among the arguments of a call. Content that is no
/// expression is put in unchanged.
///
/// \param text the annotation, valid UTF-8.
///
/// Works on tokens, so that the contents of strings need no second parse. Linear in the text.
std::string ResolveTypeText(std::string_view text, uint32_t scope, NameTable& names,
                            Resolver& resolver);

}  // namespace norma::extract::treesitter
