// Whatever the fabric: formatting changes nothing but its layout, the plan after an apply is empty, parts applied one after
// another in any order end where one apply ends, and a destroy leaves nothing, in parts or at once.
#include <algorithm>
#include <filesystem>

#include <gtest/gtest.h>

#include "tests/properties/random_fabric.h"
#include "tests/support/events.h"
#include "tests/support/program.h"

namespace weft::test {
namespace {

namespace fs = std::filesystem;

// One fabric in a folder of its own.
class Room {
 public:
  explicit Room(const RandomFabric& fabric) : shown_(fabric.files().at("main.fabric")) {
    for (const auto& [path, text] : fabric.files()) program_.files().write(path, text);
    fs::create_directories(program_.files().path("out"));
  }
  auto run(const std::vector<std::string>& arguments) -> Ran { return program_.run(arguments); }
  void succeeds(const std::vector<std::string>& arguments) {
    auto ran = run(arguments);
    ASSERT_EQ(ran.exit, 0) << arguments[0] << " " << arguments.back() << "\n" << ran.out << "\n" << shown_;
  }
  auto world() -> std::map<std::string, std::string> {
    std::map<std::string, std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(program_.files().path())) {
      std::string path = fs::relative(entry.path(), program_.files().path()).string();
      if (!path.starts_with("out")) continue;
      if (entry.is_regular_file()) found[path] = program_.files().read(path);
      else if (path != "out") found[path] = "(folder)";
    }
    return found;
  }
  auto listed(std::vector<std::string> arguments, const std::string& type, const std::string& name, const std::string& also = {})
      -> std::vector<std::string> {
    arguments.emplace_back("--json");
    std::vector<std::string> found;
    for (const Value& one : events_of(run(arguments).out, type)) {
      const Value* value = also.empty() ? nullptr : one.get(also);
      found.push_back(text_at(one, name) + (value == nullptr ? "" : " = " + std::string(value->is(ValueKind::kString) ? value->as_string() : "?")));
    }
    std::sort(found.begin(), found.end());
    return found;
  }
  auto records() -> std::vector<std::string> { return listed({"state", "list"}, "record", "address"); }
  auto outputs() -> std::vector<std::string> { return listed({"output"}, "output", "name", "value"); }
  void agrees() {
    succeeds({"plan", "--detailed-exitcode"});
    succeeds({"drift"});
  }
  void holds_nothing() {
    EXPECT_TRUE(records().empty()) << shown_;
    for (const auto& [path, text] : world()) ADD_FAILURE() << path << " is left\n" << shown_;
  }

 private:
  Program program_;
  std::string shown_;
};

auto shuffled(std::vector<std::string> names, unsigned seed) -> std::vector<std::string> {
  std::shuffle(names.begin(), names.end(), std::mt19937(seed));
  return names;
}

constexpr unsigned kFabrics = 6;

TEST(RandomFabrics, SettleAfterOneApplyAndAreGoneAfterADestroy) {
  for (unsigned seed = 1; seed <= kFabrics; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Room room(RandomFabric(seed, true));
    room.succeeds({"apply", "--auto-approve"});
    if (HasFatalFailure()) return;
    room.agrees();
    auto before = room.world();
    // Only the layout changes: there is nothing to do afterwards.
    room.succeeds({"fmt"});
    room.succeeds({"fmt", "--check"});
    room.agrees();
    EXPECT_EQ(room.world(), before);
    room.succeeds({"destroy", "--auto-approve"});
    room.holds_nothing();
    if (HasFailure()) return;
  }
}

TEST(RandomFabrics, InPartsAndAtOnceEndAlike) {
  for (unsigned seed = 101; seed <= 100 + kFabrics; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomFabric fabric(seed, false);
    Room whole(fabric), parts(fabric);
    whole.succeeds({"apply", "--auto-approve"});
    auto order = shuffled(fabric.names(), seed);
    for (const auto& name : order) {
      auto ran = parts.run({"apply", "--auto-approve", "--only", name});
      // Of a declaration whose `if` is false there is nothing to ask for.
      bool is_none = ran.exit == 1 && ran.out.find("E0615") != std::string::npos;
      EXPECT_TRUE(ran.exit == 0 || is_none) << name << "\n" << ran.out << fabric.files().at("main.fabric");
    }
    // Outputs are of the whole: those of a part are recorded as far as they are known.
    auto rest = parts.run({"plan", "--json"});
    EXPECT_TRUE(events_of(rest.out, "plan.step").empty()) << rest.out;
    parts.succeeds({"apply", "--auto-approve"});
    EXPECT_EQ(parts.world(), whole.world());
    EXPECT_EQ(parts.records(), whole.records());
    EXPECT_EQ(parts.outputs(), whole.outputs());
    for (const auto& name : shuffled(fabric.names(), seed + 1)) {
      auto ran = parts.run({"destroy", "--auto-approve", "--only", name});
      bool is_none = ran.exit == 1 && ran.out.find("E0615") != std::string::npos;
      EXPECT_TRUE(ran.exit == 0 || is_none) << name << "\n" << ran.out;
    }
    parts.holds_nothing();
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace weft::test
