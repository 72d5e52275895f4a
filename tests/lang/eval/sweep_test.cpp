// Whatever is written, reading, checking and evaluating end: without a crash, with a place for everything that is said,
// and where something cannot be evaluated, with something said.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "lang/check/type_rules.h"
#include "tests/lang/eval/fixture.h"
#include "tests/lang/mutate.h"

namespace weft::eval::test {
namespace {

auto texts() -> std::vector<std::pair<std::string, std::string>> {
  std::vector<std::pair<std::string, std::string>> all;
  for (const char* folder : {"tests/lang/examples", "examples"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(std::filesystem::path(WEFT_SOURCE_DIR) / folder)) {
      if (entry.path().extension() != ".fabric") continue;
      std::ifstream file(entry.path(), std::ios::binary);
      std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
      // What stands in other folders is not here.
      if (text.find("\nuse ") == std::string::npos && text.find("weft.Outputs") == std::string::npos) all.emplace_back(entry.path().string(), std::move(text));
    }
  }
  std::ranges::sort(all);
  return all;
}

void expect_placed(const DiagSink& problems, const SourceMap& sources, size_t size) {
  for (const Diagnostic& problem : problems.all()) {
    ASSERT_FALSE(problem.message.empty()) << problem.code;
    auto inside = [&](Range range) { return range.begin <= range.end && range.end <= size; };
    ASSERT_TRUE(!problem.range.valid() || inside(problem.range)) << problem.code << " " << problem.message;
    for (const Note& note : problem.notes) {
      ASSERT_TRUE(!note.range.valid() || inside(note.range)) << problem.code << " " << note.text;
    }
    for (const Fix& fix : problem.fixes) {
      for (const Edit& edit : fix.edits) ASSERT_TRUE(edit.range.valid() && inside(edit.range)) << problem.code << " " << fix.title;
    }
  }
  ASSERT_EQ(render_text(sources, problems.all(), {}).empty(), problems.all().empty());
}

struct Seen {
  size_t broken = 0, whole = 0, evaluated = 0, failed = 0;
};

void read_all_of(const std::string& text, Seen& seen) {
  World world(Files{{"main.fabric", text}}, Limits{.steps = 20'000, .weight = 1 << 20});
  expect_placed(world.checked.problems, world.checked.sources, text.size());
  if (world.checked.problems.errors() > 0) {
    ++seen.broken;
    return;
  }
  ++seen.whole;
  for (const Declaration& declaration : world.checked.module.declarations) {
    for (const check::Expr* expr : {declaration.value.get(), declaration.body.get()}) {
      if (expr == nullptr || declaration.kind == DeclarationKind::kFn) continue;
      // What the plan would know is not known here: resources and lookups are what is unknown of them.
      for (const Declaration& other : world.checked.module.declarations) {
        bool outside = other.kind == DeclarationKind::kResource || other.kind == DeclarationKind::kLookup || other.kind == DeclarationKind::kModule ||
                       (other.kind == DeclarationKind::kInput && other.value == nullptr);
        if (outside) world.give(other.name, unknown_of(check::without_secret(other.type), other.name));
      }
      std::vector<Value> frame(declaration.slots);
      const size_t before = world.problems.errors();
      const bool done = world.evaluator.evaluate(*expr, world, frame).has_value();
      ++(done ? seen.evaluated : seen.failed);
      ASSERT_TRUE(done || world.problems.errors() > 0) << declaration.name << " failed and nothing was said";
      ASSERT_TRUE(!done || world.problems.errors() == before) << declaration.name << " has a value, and yet: " << world.text();
    }
  }
  expect_placed(world.problems, world.checked.sources, text.size());
}

TEST(Sweep, NothingCrashesAndEverythingSaidHasAPlace) {
  Seen seen;
  weft::test::Mutator mutator(20261121);
  for (const auto& [name, text] : texts()) {
    for (int i = 0; i < 27; ++i) {
      const std::string mutated = mutator.mutate(text);
      read_all_of(mutated, seen);
      if (HasFatalFailure()) {
        ADD_FAILURE() << name << " as\n" << mutated;
        return;
      }
    }
  }
  // The sweep is worth something only if it reaches all of them.
  EXPECT_GT(seen.broken, 150u);
  EXPECT_GT(seen.whole, 10u);
  EXPECT_GT(seen.evaluated, 50u);
}

}  // namespace
}  // namespace weft::eval::test
