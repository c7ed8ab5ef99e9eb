#include "norma/extract/scip/type_text.h"

#include <gtest/gtest.h>

namespace norma::extract::scip {
namespace {

TEST(FencedBlock, IsTheFirstOne) {
  EXPECT_EQ(FencedBlock("```python\nint\n```"), "int\n");
  EXPECT_EQ(FencedBlock("text\n\n```python\nint\n```\n\n```\nstr\n```\n"), "int\n");
  EXPECT_EQ(FencedBlock("````\n```\n````"), "```\n");
  EXPECT_EQ(FencedBlock("```python\r\nint\r\n```"), "int\r\n");
}

TEST(FencedBlock, EndsWithTheTextIfItIsNotClosed) {
  EXPECT_EQ(FencedBlock("```python\nint"), "int");
  EXPECT_EQ(FencedBlock("```python"), "");
}

TEST(FencedBlock, IsNotInlineCode) {
  EXPECT_EQ(FencedBlock("`int`"), std::nullopt);
  EXPECT_EQ(FencedBlock("```int``` is a type"), std::nullopt);
  EXPECT_EQ(FencedBlock("    ```\n    int"), std::nullopt);
  EXPECT_EQ(FencedBlock(""), std::nullopt);
}

TEST(TypeOfBlock, IsATypeExpression) {
  EXPECT_EQ(TypeOfBlock("builtins.int\n"), "builtins.int");
  EXPECT_EQ(TypeOfBlock(" Dict[str, Optional[int]]\r\n"), "Dict[str, Optional[int]]");
  EXPECT_EQ(TypeOfBlock("int | None"), "int | None");
  EXPECT_EQ(TypeOfBlock("Callable[[int, str], bool]"), "Callable[[int, str], bool]");
  EXPECT_EQ(TypeOfBlock("defaultdict"), "defaultdict");
}

TEST(TypeOfBlock, IsNoSignatureAndNoOtherText) {
  for (const std::string_view block :
       {"def f(x) -> int:", "class C:", "(module) os", "(x: int) -> str", "async def f():", "",
        "x +", "int\nstr", "int is a type"}) {
    EXPECT_EQ(TypeOfBlock(block), std::nullopt) << block;
  }
}

}  // namespace
}  // namespace norma::extract::scip
