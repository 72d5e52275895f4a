// tests/layers.txt is the architecture: which room may include which. This test holds every include against it.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/temp_dir.h"

namespace weft::test {
namespace {

namespace fs = std::filesystem;

using Problems = std::vector<std::string>;

struct Layers {
  std::map<std::string, std::set<std::string>> may;  // room → rooms that it may include; "*" for all
  Problems problems;
};

auto read_layers(std::istream& in) -> Layers {
  Layers layers;
  static const std::regex kLine(R"(^([a-z/0-9]+)\s*:(.*)$)");
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    if (line.empty() || line[0] == '#') continue;
    std::string at = "layers.txt:" + std::to_string(number) + ": ";
    std::smatch match;
    if (!std::regex_match(line, match, kLine)) {
      layers.problems.push_back(at + "not a line of the form `room : rooms`");
      continue;
    }
    std::string room = match[1];
    if (layers.may.contains(room)) layers.problems.push_back(at + room + " stands here twice");
    std::set<std::string> needs;
    std::istringstream words(match[2]);
    for (std::string need; words >> need;) {
      if (need != "*" && !layers.may.contains(need)) {
        layers.problems.push_back(at + room + " names " + need + ", which does not stand above it");
      }
      needs.insert(need);
    }
    layers.may.emplace(room, std::move(needs));
  }
  return layers;
}

// Third-party headers and the rooms that may include them; with `cpp_only`, no header may.
struct Foreign {
  std::string prefix;
  std::set<std::string> rooms;  // empty: any
  bool cpp_only = false;
};
auto foreign_headers() -> const std::vector<Foreign>& {
  static const std::vector<Foreign> kForeign = {
      {"lmdb.h", {"engine/state"}, false},
      {"curl/", {"providers/net"}, false},
      {"re2/", {"stdlib/functions"}, false},
      {"CLI/", {"engine/cli"}, false},
      {"uv.h", {"lang/os"}, true},
      {"uv/", {"lang/os"}, true},
      {"archive.h", {"providers/local"}, false},
      {"archive_entry.h", {"providers/local"}, false},
      {"yaml.h", {"stdlib/functions", "engine/config"}, false},
      {"openssl/", {"lang/base", "stdlib/functions", "providers/local", "engine/state"}, false},
      {"nlohmann/", {}, true},
      {"fmt/", {}, true},
  };
  return kForeign;
}

void check_own(const Layers& layers, const std::string& room, const std::string& header, const std::string& at,
               Problems& out) {
  size_t slash = header.rfind('/');
  std::string target = slash == std::string::npos ? "" : header.substr(0, slash);
  if (!layers.may.contains(target)) {
    out.push_back(at + "\"" + header + "\" lies in no room; ours are included by their path from the top");
  } else if (target != room && !layers.may.at(room).contains(target) && !layers.may.at(room).contains("*")) {
    out.push_back(at + room + " may not include " + target);
  }
}

void check_foreign(const std::string& room, const std::string& header, bool is_header, const std::string& at,
                   Problems& out) {
  for (const auto& foreign : foreign_headers()) {
    if (!header.starts_with(foreign.prefix)) continue;
    if (!foreign.rooms.empty() && !foreign.rooms.contains(room)) out.push_back(at + room + " may not include " + header);
    if (foreign.cpp_only && is_header) out.push_back(at + header + " belongs into .cpp files only");
  }
}

// Every source file of every room, and that no source stands outside of one.
auto check_tree(const fs::path& top, const Layers& layers, size_t& files) -> Problems {
  static const std::regex kInclude(R"(^\s*#\s*include\s*(["<])([^">]+)[">])");
  Problems out;
  for (const char* folder : {"lang", "stdlib", "providers", "modules", "engine"}) {
    if (!fs::exists(top / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(top / folder)) {
      std::string extension = entry.path().extension().string();
      if (!entry.is_regular_file() || (extension != ".h" && extension != ".cpp" && extension != ".def")) continue;
      ++files;
      std::string name = fs::relative(entry.path(), top).string();
      std::string room = fs::path(name).parent_path().string();
      if (!layers.may.contains(room)) {
        out.push_back(name + ": no room of tests/layers.txt");
        continue;
      }
      std::ifstream in(entry.path());
      std::string line;
      for (int number = 1; std::getline(in, line); ++number) {
        std::smatch match;
        if (!std::regex_search(line, match, kInclude)) continue;
        std::string at = name + ':' + std::to_string(number) + ": ";
        if (match[1] == "\"") {
          check_own(layers, room, match[2], at, out);
        } else {
          check_foreign(room, match[2], extension != ".cpp", at, out);
        }
      }
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

auto text_of(const Problems& problems) -> std::string {
  std::string out;
  for (const auto& problem : problems) out += problem + '\n';
  return out;
}

TEST(Layers, EveryIncludeIsAllowed) {
  std::ifstream in(std::string(WEFT_SOURCE_DIR) + "/tests/layers.txt");
  Layers layers = read_layers(in);
  EXPECT_EQ(text_of(layers.problems), "");
  ASSERT_TRUE(layers.may.contains("lang/base"));
  size_t files = 0;
  EXPECT_EQ(text_of(check_tree(WEFT_SOURCE_DIR, layers, files)), "");
  EXPECT_GT(files, 50U) << "hardly any source was looked at";
}

// The checker checked.
constexpr std::string_view kSmall = "lang/base :\nlang/os : lang/base\nengine/cli : *\n";

auto problems_of(std::string_view name, std::string_view source) -> std::string {
  TempDir dir;
  dir.write(name, source);
  std::istringstream in{std::string(kSmall)};
  size_t files = 0;
  return text_of(check_tree(dir.path(), read_layers(in), files));
}

TEST(Layers, TheListCannotHoldACycle) {
  std::istringstream in("a : b\nb : a\na :\nA B\n");
  EXPECT_EQ(text_of(read_layers(in).problems),
            "layers.txt:1: a names b, which does not stand above it\n"
            "layers.txt:3: a stands here twice\n"
            "layers.txt:4: not a line of the form `room : rooms`\n");
}

TEST(Layers, WhatIsNotAllowedIsNamedWithItsPlace) {
  EXPECT_EQ(problems_of("lang/base/a.h", "\n#include \"lang/os/loop.h\"\n"),
            "lang/base/a.h:2: lang/base may not include lang/os\n");
  EXPECT_EQ(problems_of("lang/os/a.h", "#include \"lang/base/a.h\"\n#include \"lang/os/b.h\"\n"), "");
  EXPECT_EQ(problems_of("engine/cli/a.h", "#include \"lang/os/a.h\"\n"), "");
  EXPECT_EQ(problems_of("lang/os/a.cpp", "  # include  \"loop.h\"\n"),
            "lang/os/a.cpp:1: \"loop.h\" lies in no room; ours are included by their path from the top\n");
  EXPECT_EQ(problems_of("lang/new/a.h", ""), "lang/new/a.h: no room of tests/layers.txt\n");
  EXPECT_EQ(problems_of("lang/base/a.cpp", "#include <lmdb.h>\n"), "lang/base/a.cpp:1: lang/base may not include lmdb.h\n");
  EXPECT_EQ(problems_of("lang/os/a.cpp", "#include <uv.h>\n"), "");
  EXPECT_EQ(problems_of("lang/os/a.h", "#include <uv.h>\n"), "lang/os/a.h:1: uv.h belongs into .cpp files only\n");
  EXPECT_EQ(problems_of("lang/os/a.h", "#include <nlohmann/json.hpp>\n"),
            "lang/os/a.h:1: nlohmann/json.hpp belongs into .cpp files only\n");
}

}  // namespace
}  // namespace weft::test
