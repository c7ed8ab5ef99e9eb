#include "norma/diagnostics/escape.h"

#include <gtest/gtest.h>

namespace norma::diagnostics {
namespace {

TEST(EscapeControls, LeavesOrdinaryText) {
  EXPECT_EQ(EscapeControls("gr\xC3\xB6\xC3\x9F"
                           "e \xF0\x9F\x98\x80 <b> \\n"),
            "gr\xC3\xB6\xC3\x9F"
            "e \xF0\x9F\x98\x80 <b> \\n");
}

TEST(EscapeControls, ShowsWhatATerminalWouldObey) {
  EXPECT_EQ(EscapeControls("\x1b[2J\r\n\t\x07\x7F"), "\\x1b[2J\\r\\n\\t\\x07\\x7f");
  EXPECT_EQ(EscapeControls("\xC2\x9B"
                           "2J"),
            "\\x9b2J");  // C1 control sequence
  EXPECT_EQ(EscapeControls("a\xE2\x80\xAE"
                           "b"),
            "a\\u202eb");  // right-to-left override
  EXPECT_EQ(EscapeControls("\xE2\x81\xA6\xE2\x80\xA8"), "\\u2066\\u2028");
  EXPECT_EQ(EscapeControls(std::string_view("\0\xFF\xE2\x82", 4)), "\\x00\\xff\\xe2\\x82");
}

TEST(EscapeHtml, LeavesNoMarkup) {
  EXPECT_EQ(EscapeHtml("<script a=\"x\" b='y'>&\n\t\x1b</script>"),
            "&lt;script a=&quot;x&quot; b=&#39;y&#39;&gt;&amp;\n\t\\x1b&lt;/script&gt;");
}

}  // namespace
}  // namespace norma::diagnostics
