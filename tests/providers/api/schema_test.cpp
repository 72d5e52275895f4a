#include "providers/api/schema.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

namespace weft::driver {
namespace {

auto sample() -> TypeSchema {
  TypeSchema type;
  type.name = "test.Thing";
  type.attributes.push_back({.name = "name", .type = Type::string(), .input = Input::kRequired});
  type.attributes.push_back({.name = "size", .type = Type::integer(), .default_value = Value::integer(3)});
  type.attributes.push_back({.name = "shape", .type = Type::object({{.name = "a", .type = Type::string()}}, "Shape")});
  type.filters.push_back({.name = "tag", .type = Type::string()});
  type.identity = {"name"};
  return type;
}

TEST(Schema, FindsAttributesAndFiltersByName) {
  auto type = sample();
  ASSERT_NE(type.attribute("size"), nullptr);
  EXPECT_EQ(type.attribute("size")->name, "size");
  EXPECT_EQ(type.attribute("tag"), nullptr);
  EXPECT_EQ(type.filter("size"), nullptr);
  ASSERT_NE(type.filter("tag"), nullptr);
}

TEST(Schema, DigestIsSixteenHexDigitsAndStable) {
  EXPECT_EQ(sample().digest().size(), 16U);
  EXPECT_EQ(sample().digest().find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(sample().digest(), sample().digest());
}

TEST(Schema, WordsForPeopleAreNoFacts) {
  auto type = sample();
  type.documentation = "better";
  type.example = "resource x: test.Thing { name = \"a\" }";
  type.attributes[0].documentation = "better still";
  EXPECT_EQ(type.digest(), sample().digest());
}

TEST(Schema, EveryFactCounts) {
  std::vector<std::function<void(TypeSchema&)>> changes = {
      [](auto& t) { t.name = "test.Other"; },
      [](auto& t) { t.role = TypeRole::kRecorded; },
      [](auto& t) { t.resource = false; },
      [](auto& t) { t.lookup = true; },
      [](auto& t) { t.attributes.pop_back(); },
      [](auto& t) { t.attributes[0].name = "nam"; },
      [](auto& t) { t.attributes[0].type = Type::integer(); },
      [](auto& t) { t.attributes[0].input = Input::kOptional; },
      [](auto& t) { t.attributes[1].default_value = Value::integer(4); },
      [](auto& t) { t.attributes[1].default_value.reset(); },
      [](auto& t) { t.attributes[0].change = OnChange::kReplace; },
      [](auto& t) { t.attributes[0].on_remove = OnRemove::kKeep; },
      [](auto& t) { t.attributes[0].stability = Stability::kVolatile; },
      [](auto& t) { t.attributes[0].follows = {"size"}; },
      [](auto& t) { t.attributes[0].secrecy = Secrecy::kOnce; },
      [](auto& t) { t.attributes[0].equivalence = Equivalence::kCase; },
      [](auto& t) { t.attributes[0].format = "path"; },
      [](auto& t) { t.attributes[0].refs = {{.type = "test.Other", .attribute = "id"}}; },
      [](auto& t) { t.attributes[0].refs = {{.type = "test.Other", .attribute = "name"}}; },
      [](auto& t) { t.attributes[0].plain = true; },
      [](auto& t) { t.attributes[2].type = Type::object({{.name = "b", .type = Type::string()}}, "Shape"); },
      [](auto& t) { t.filters.clear(); },
      [](auto& t) { t.identity = {"size"}; },
      [](auto& t) { t.version = 2; },
      [](auto& t) { t.create.idempotency = Idempotency::kBlind; },
      [](auto& t) { t.update.exists = false; },
      [](auto& t) { t.remove.settle_window = std::chrono::seconds(3); },
      [](auto& t) { t.create.timeout = std::chrono::seconds(3); },
      [](auto& t) { t.stateful = true; },
      [](auto& t) { t.in_use_blocks_remove = true; },
      [](auto& t) { t.unique = {{"name"}}; },
      [](auto& t) { t.driver_diff = true; },
      [](auto& t) { t.waits = true; },
      [](auto& t) { t.renews = true; },
  };
  std::set<std::string> seen{sample().digest()};
  for (size_t i = 0; i < changes.size(); ++i) {
    auto type = sample();
    changes[i](type);
    EXPECT_TRUE(seen.insert(type.digest()).second) << "change " << i << " left the digest as another";
  }
}

}  // namespace
}  // namespace weft::driver
