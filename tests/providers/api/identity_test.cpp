#include "providers/api/identity.h"

#include <gtest/gtest.h>

namespace weft::driver {
namespace {

auto type_of(std::vector<std::string> identity) -> TypeSchema {
  TypeSchema type{.name = "test.Thing"};
  type.attributes = {Attribute{.name = "Zone", .type = Type::string()}, Attribute{.name = "Name", .type = Type::string()},
                     Attribute{.name = "Number", .type = Type::integer()}};
  type.identity = std::move(identity);
  return type;
}

TEST(Identity, TextAndBack) {
  auto text = [](const char* value) { return Value::string(value); };
  struct Case {
    std::vector<std::string> names;
    const char* text;
    Value identity;
  };
  for (const auto& one : std::initializer_list<Case>{
           {{"Name"}, "web", Value::object({{"Name", text("web")}})},
           {{"Name"}, "a|b", Value::object({{"Name", text("a|b")}})},
           {{"Name"}, "", Value::object({{"Name", text("")}})},
           {{"Name"}, "7", Value::object({{"Name", text("7")}})},
           {{"Number"}, "7", Value::object({{"Number", Value::integer(7)}})},
           // In whatever order the type names them.
           {{"Zone", "Name"}, "web|z1", Value::object({{"Name", text("web")}, {"Zone", text("z1")}})},
           {{"Name", "Zone"}, "web|z1|x", Value::object({{"Name", text("web")}, {"Zone", text("z1|x")}})},
       }) {
    auto type = type_of(one.names);
    EXPECT_EQ(identity_from(type, one.text), one.identity) << one.text;
    EXPECT_EQ(identity_text(one.identity), one.text);
  }
  EXPECT_EQ(identity_from(type_of({"Name", "Zone"}), "web"), Value::object({{"Name", text("web")}})) << "what it does not reach is not in it";
  EXPECT_EQ(identity_from(type_of({"Number"}), "seven"), Value::object({{"Number", text("seven")}})) << "no such object, but no fault";
}

}  // namespace
}  // namespace weft::driver
