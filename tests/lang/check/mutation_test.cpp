// Whatever is written, checking ends without a crash: the examples with pieces taken out, doubled or swapped.
#include <gtest/gtest.h>

#include "tests/lang/check/fixture.h"

namespace weft::check::test {
namespace {

constexpr const char* kExamples[] = {"language.fabric", "reference.fabric", "refactor.fabric", "uses_module.fabric",
                                     "cluster.fabric", "module/inputs.fabric", "module/main.fabric"};

// Loads nothing: what `use` names cannot be had.
class Lone : public ModuleSource {
 public:
  auto load(const Module&, std::string_view, Range, bool) -> const Module* override { return nullptr; }
};

auto errors_of(const std::string& text) -> size_t {
  SourceMap sources;
  DiagSink problems;
  FakeSchemas schemas;
  add_small_types(schemas);
  Lone lone;
  const FileId file = sources.add("mutated.fabric", text);
  const syntax::Tree tree = syntax::parse_file(sources, file, problems);
  const syntax::Tree* trees[] = {&tree};
  Module module;
  check_module(trees, {sources, library_table(), schemas, lone, true}, module, problems);
  problems.sort(sources);
  EXPECT_FALSE(render_text(sources, problems.all(), {}).empty() && problems.errors() > 0);
  return problems.errors();
}

TEST(Mutations, NoTextIsTooBrokenToCheck) {
  size_t broken = 0;
  size_t seed = 1;
  const auto next = [&](size_t bound) {
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<size_t>(seed >> 33) % bound;
  };
  for (const char* name : kExamples) {
    const std::string text = example(name);
    for (int i = 0; i < 60; ++i) {
      std::string mutated = text;
      const size_t at = next(text.size());
      const size_t length = 1 + next(i % 3 == 0 ? 40 : 4);
      const size_t other = next(text.size());
      if (i % 3 == 0) {
        mutated.erase(at, length);
      } else if (i % 3 == 1) {
        mutated.insert(at, text.substr(other, length));
      } else {
        mutated.replace(at, length, text.substr(other, length));
      }
      broken += errors_of(mutated) > 0 ? 1 : 0;
    }
  }
  EXPECT_GT(broken, 100u);
}

TEST(Mutations, NoPrefixIsTooShortToCheck) {
  for (const char* name : kExamples) {
    const std::string text = example(name);
    for (size_t at = 0; at < text.size(); at += 61) (void)errors_of(text.substr(0, at));
  }
}

}  // namespace
}  // namespace weft::check::test
