// A desk with the `local` driver in a fresh folder, and short words for values.
#pragma once

#include <gtest/gtest.h>

#include "providers/local/local.h"
#include "tests/conformance/desk.h"
#include "tests/support/temp_dir.h"

namespace weft::local {

using conformance::Decision;
using conformance::Desk;
using conformance::Record;
using driver::FailureClass;
using driver::Happened;
using driver::ReadState;
using driver::Settled;
using driver::Verdict;

inline auto s(std::string_view text) -> Value { return Value::string(text); }
inline auto n(int64_t number) -> Value { return Value::integer(number); }
inline auto b(bool value) -> Value { return Value::boolean(value); }
inline auto seconds(int64_t count) -> Value { return Value::duration(count * 1'000'000'000); }
inline auto o(std::vector<Field> fields) -> Value { return Value::object(std::move(fields)); }
inline auto text(const Value& object, std::string_view name) -> std::string {
  const Value* value = object.get(name);
  return value == nullptr || !value->is(ValueKind::kString) ? "(absent)" : std::string(value->as_string());
}

class LocalTest : public ::testing::Test {
 protected:
  test::TempDir folder;
  std::unique_ptr<driver::Driver> local = make_local_driver();
  std::unique_ptr<driver::Driver> time = make_time_driver();
  Desk desk{*local, folder.path()};
  Desk times{*time, folder.path()};

  // What the first problem of a declaration is; empty when there is none.
  auto problem(std::string_view type, Value desired) -> std::string {
    auto prepared = desk.prepare(type, std::move(desired));
    if (prepared.problems.empty()) return "";
    return prepared.problems.front().path.text() + ": " + prepared.problems.front().text;
  }
};

}  // namespace weft::local
