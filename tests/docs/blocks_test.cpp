// Every block of fabric code in the documentation is true: it checks, or gives just the error that it announces, and it
// has the layout of `weft fmt`.
//
//   ```fabric              a whole module or fabric; `// file: NAME` begins a further file
//   ```fabric-error E0211  the same, with this error and no other
//   ```fabric-part         a fragment for the eye, not looked at
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/docs/markdown.h"
#include "tests/support/events.h"
#include "tests/support/program.h"

namespace weft::test {
namespace {

using Codes = std::set<std::string>;

// The root, and the folders below it that are fabrics of their own.
auto roots_of(const std::vector<NamedText>& files) -> std::set<std::string> {
  std::set<std::string> out;
  for (const auto& file : files) {
    if (!file.name.ends_with(".fabric")) continue;
    std::string folder = std::filesystem::path(file.name).parent_path().string();
    if (folder.empty() || file.text.starts_with("fabric \"") || file.text.find("\nfabric \"") != std::string::npos) {
      out.insert(folder);
    }
  }
  return out;
}

auto codes_of(const Ran& ran) -> Codes {
  Codes out;
  for (const auto& event : events_of(ran.out, "diagnostic")) {
    if (text_at(event, "severity") != "hint") out.insert(text_at(event, "code"));
  }
  return out;
}

void check_block(const Block& block, const Codes& expected) {
  Program program;
  auto files = files_of(block);
  for (const auto& file : files) program.files().write(file.name, file.text);
  Codes seen;
  for (const auto& root : roots_of(files)) {
    Ran ran = program.run_in(program.files().path(root), {"check", "--json"});
    EXPECT_EQ(ran.exit, expected.empty() ? 0 : 1) << ran.all();
    seen.merge(codes_of(ran));
  }
  EXPECT_EQ(seen, expected) << program.run_in(program.files().path(), {"check"}).all();
  bool has_layout = expected.empty() || !expected.begin()->starts_with("E00");
  if (!has_layout) return;
  Ran layout = program.run_in(program.files().path(), {"fmt", "--check"});
  if (layout.exit == 0) return;
  program.run_in(program.files().path(), {"fmt"});
  std::string wanted;
  for (const auto& file : files) wanted += "// file: " + file.name + "\n" + program.files().read(file.name);
  ADD_FAILURE() << "`weft fmt` writes it otherwise:\n" << wanted << layout.all();
}

TEST(Documentation, FabricBlocksAreTrue) {
  size_t blocks = 0;
  for (const auto& document : all_markdown()) {
    for (const auto& block : document.blocks) {
      bool fails = block.language == "fabric-error";
      if (block.language != "fabric" && !fails) continue;
      SCOPED_TRACE(document.name + ":" + std::to_string(block.line));
      ++blocks;
      ASSERT_EQ(fails, !block.argument.empty()) << "```fabric-error names one code, ```fabric none";
      check_block(block, fails ? Codes{block.argument} : Codes{});
    }
  }
  EXPECT_GT(blocks, 40U) << "hardly any block was looked at";
}

TEST(Documentation, EveryFabricFenceIsOfAKnownKind) {
  for (const auto& document : all_markdown()) {
    for (const auto& block : document.blocks) {
      if (!block.language.starts_with("fabric")) continue;
      bool known = block.language == "fabric" || block.language == "fabric-error" || block.language == "fabric-part";
      EXPECT_TRUE(known) << document.name << ":" << block.line << ": " << block.language;
    }
  }
}

// The extraction itself.
TEST(Documentation, ABlockCanHoldSeveralFiles) {
  auto document = read_markdown("x.md", "# A `b` c\n\n```fabric-error E0102\na\n\n// file: m/n.fabric\nb\n```\n[l](y.md#z) `[n](o)`\n");
  ASSERT_EQ(document.blocks.size(), 1U);
  EXPECT_EQ(document.blocks[0].argument, "E0102");
  EXPECT_EQ(document.blocks[0].line, 4U);
  auto files = files_of(document.blocks[0]);
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[0].name, "main.fabric");
  EXPECT_EQ(files[0].text, "a\n");
  EXPECT_EQ(files[1].name, "m/n.fabric");
  EXPECT_EQ(files[1].text, "b\n");
  ASSERT_EQ(document.links.size(), 1U);
  EXPECT_EQ(document.links[0].target, "y.md#z");
  EXPECT_EQ(document.anchors, std::vector<std::string>{"a-b-c"});
}

}  // namespace
}  // namespace weft::test
