#include "norma/base/hash.h"

#include <gtest/gtest.h>

#include <string>

namespace norma {
namespace {

TEST(Hash, AgreesWithPublishedDigests) {
  EXPECT_EQ(Sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Sha256 pieces;
  pieces.Add("a");
  pieces.Add("");
  pieces.Add("bc");
  EXPECT_EQ(pieces.Hex(), Sha256Hex("abc"));
  // RFC 7693, appendix A.
  EXPECT_EQ(Hex(Blake2b("abc", 64)),
            "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
            "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");
  // The XXH3 test vector of no input.
  EXPECT_EQ(Hex(Xxh3_128("")), "99aa06d3014798d86001c324468d497f");
}

TEST(StableHash, AgreesWithTheOlderTables) {
  EXPECT_EQ(StableHash64(""), 7252660547403494068);
  EXPECT_EQ(StableHash64("abc"), 6393727014797677913);
  EXPECT_EQ(StableHash64("None"), 6012258934026951680);
  EXPECT_EQ(StableHash64("é"), 5411848509986117935);
  EXPECT_EQ(StableHash64("alpha"), 5982700193828047002);
  EXPECT_EQ(StableHash128(""), "cae66941d9efbd404e4d88758ea67670");
  EXPECT_EQ(StableHash128("abc"), "cf4ab791c62b8d2b2109c90275287816");
  EXPECT_EQ(StableHash128("é"), "d4b1b0202b21bb84e60a3d272ecab0db");
  EXPECT_EQ(StableHash128("alpha"), "b52f7e54cd313e691148cc2c80345831");
}

TEST(StableHash, LeavesThePrefixOut) {
  struct Case {
    std::string_view prefix, text, expected;
  };
  for (const auto& [prefix, text, expected] : std::initializer_list<Case>{
           {"qname", "pkg.mod.f", "qname:7719475151745221352"},
           {"bc_block", "code:00:0:8", "bc_block:940939200873602331"},
           {"type", "type\x1fint", "type:7373443309958495487"},
           {"span",
            "span\x1f"
            "a/b.py\x1f"
            "10\x1f"
            "13",
            "span:7749485883549121298"},
           {"cst_type_expr",
            "cst_type_expr\x1f"
            "a/b.py\x1f"
            "10\x1f"
            "13",
            "cst_type_expr:7817183532774798440"},
           {"diag",
            "diag\x1f"
            "a/b.py\x1fNone\x1f"
            "5\x1ftreesitter\x1fm",
            "diag:2746457580985871163"},
       }) {
    EXPECT_EQ(PrefixedHash64(prefix, text), expected);
  }
  EXPECT_EQ(StableId("file", "file\x1fsrc/a.py"), "file:87067f8296f4868525a59533d6fe464a");
  EXPECT_EQ(StableId("code",
                     "code\x1f<module>\x1f<module>\x1f"
                     "1"),
            "code:dd6d05d53f10ab17093cde448bd68d4a");
}

}  // namespace
}  // namespace norma
