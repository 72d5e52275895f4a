#include "engine/addr/written.h"

#include <gtest/gtest.h>

namespace weft::addr {
namespace {

TEST(Written, KeysAreExpressions) {
  EXPECT_EQ(written("f"), "f");
  EXPECT_EQ(written("f[a]"), "f[\"a\"]");
  EXPECT_EQ(written("f[0]"), "f[0]");
  EXPECT_EQ(written("f[\"0\"]"), "f[\"0\"]");
  EXPECT_EQ(written("net[\"a b\"].g[7]"), "net[\"a b\"].g[7]");
  EXPECT_EQ(written("net[\"${x}\"].g"), "net[\"\\${x}\"].g");
}

TEST(Written, WhatIsNoAddressStays) { EXPECT_EQ(written("f["), "f["); }

}  // namespace
}  // namespace weft::addr
