// What `weft docs TYPE` says of an attribute, from the schema's facts.
#include <gtest/gtest.h>

#include "engine/view/docs_text.h"

namespace weft::draw {
namespace {

TEST(Docs, SaysWhoseAttributeAReferenceMeans) {
  driver::TypeSchema type;
  type.name = "test.Door";
  type.attributes.push_back({.name = "house", .type = Type::string(), .refs = {{.type = "test.House", .attribute = "id"}, {.type = "test.Hut", .attribute = "name"}}});
  type.attributes.push_back({.name = "colour", .type = Type::string()});
  auto text = type_docs(type, Look{});
  EXPECT_NE(text.find("house  string, means id of test.House, name of test.Hut\n"), std::string::npos) << text;
  EXPECT_NE(text.find("colour  string\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace weft::draw
