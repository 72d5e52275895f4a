// Every example works from its first plan to its destruction, in a copy, and leaves nothing in the state.
#include <gtest/gtest.h>

#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "lang/base/text.h"
#include "tests/support/events.h"
#include "tests/support/program.h"

namespace weft::test {
namespace {

namespace fs = std::filesystem;

auto read(const fs::path& path) -> std::string {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

struct Folders {
  std::set<std::string> modules;   // every folder with fabric files, relative to examples/
  std::vector<std::string> roots;  // those that are fabrics; who reads another's outputs comes after it
};

auto folders() -> Folders {
  Folders out;
  std::vector<std::string> readers;
  fs::path top = fs::path(WEFT_SOURCE_DIR) / "examples";
  std::map<std::string, std::string> texts;
  for (const auto& entry : fs::recursive_directory_iterator(top)) {
    if (entry.path().extension() != ".fabric") continue;
    std::string folder = fs::relative(entry.path().parent_path(), top).string();
    out.modules.insert(folder);
    texts[folder] += "\n" + read(entry.path());
  }
  for (const auto& [folder, text] : texts) {
    if (text.find("\nfabric \"") == std::string::npos) continue;
    bool reads = text.find("weft.Outputs") != std::string::npos;
    (reads ? readers : out.roots).push_back(folder);
  }
  out.roots.insert(out.roots.end(), readers.begin(), readers.end());
  return out;
}

// A copy of all examples, without what somebody's run left in them.
class Examples {
 public:
  Examples() {
    fs::path top = fs::path(WEFT_SOURCE_DIR) / "examples";
    for (auto it = fs::recursive_directory_iterator(top); it != fs::recursive_directory_iterator(); ++it) {
      std::string name = it->path().filename().string();
      if (it->is_directory() && (name == ".weft" || name == "out")) it.disable_recursion_pending();
      if (it->is_regular_file()) program_.files().write(fs::relative(it->path(), top).string(), read(it->path()));
    }
  }
  [[nodiscard]] auto path(const std::string& folder) const -> std::string { return program_.files().path(folder); }
  [[nodiscard]] auto run(const std::string& folder, const std::vector<std::string>& arguments) const -> Ran {
    return program_.run_in(path(folder), arguments);
  }
  [[nodiscard]] auto records(const std::string& folder) const -> std::vector<std::string> {
    Ran ran = run(folder, {"state", "list", "--json"});
    EXPECT_EQ(ran.exit, 0) << ran.all();
    std::vector<std::string> out;
    for (const auto& event : events_of(ran.out, "record")) out.push_back(text_at(event, "address"));
    return out;
  }
  // What is protected stays until somebody takes the word out of the files and applies that.
  void take_out_protection(const std::string& folder) const {
    static const std::regex kLine("\n *@protect *=[^\n]*");
    for (const auto& entry : fs::directory_iterator(path(folder))) {
      if (entry.path().extension() != ".fabric") continue;
      std::string text = std::regex_replace(read(entry.path()), kLine, "");
      std::ofstream(entry.path(), std::ios::binary) << text;
    }
  }

 private:
  Program program_;
};

TEST(Examples, EachChecksAndHasTheLayout) {
  Examples examples;
  auto all = folders();
  ASSERT_GE(all.roots.size(), 7U);
  for (const auto& folder : all.modules) {
    SCOPED_TRACE(folder);
    Ran check = examples.run(folder, {"check"});
    EXPECT_EQ(check.exit, 0) << check.all();
    Ran layout = examples.run(folder, {"fmt", "--check"});
    EXPECT_EQ(layout.exit, 0) << layout.all();
  }
}

TEST(Examples, FormattingIsAFixedPoint) {
  Examples examples;
  for (const auto& folder : folders().modules) {
    SCOPED_TRACE(folder);
    // Pushed about without changing what it says; then formatted, and formatted again.
    for (const auto& entry : fs::directory_iterator(examples.path(folder))) {
      if (entry.path().extension() != ".fabric") continue;
      std::string text = read(entry.path());
      std::string moved = std::regex_replace(text, std::regex("(\\n *[a-z_]+) +="), "$1    =");
      if (text.find("\"\"\"") != std::string::npos) moved = text;
      std::ofstream(entry.path(), std::ios::binary) << moved;
      Ran once = examples.run(folder, {"fmt"});
      EXPECT_EQ(once.exit, 0) << once.all();
      EXPECT_EQ(read(entry.path()), text);
      Ran twice = examples.run(folder, {"fmt", "--check"});
      EXPECT_EQ(twice.exit, 0) << twice.all();
    }
  }
}

TEST(Examples, EachLivesFromItsFirstPlanToItsDestruction) {
  Examples examples;
  auto roots = folders().roots;
  for (const auto& folder : roots) {
    SCOPED_TRACE(folder);
    Ran plan = examples.run(folder, {"plan"});
    EXPECT_EQ(plan.exit, 0) << plan.all();
    Ran apply = examples.run(folder, {"apply", "--auto-approve"});
    ASSERT_EQ(apply.exit, 0) << apply.all();
    EXPECT_FALSE(examples.records(folder).empty());
    Ran again = examples.run(folder, {"plan", "--detailed-exitcode"});
    EXPECT_EQ(again.exit, 0) << again.all();
    Ran drift = examples.run(folder, {"drift"});
    EXPECT_EQ(drift.exit, 0) << drift.all();
  }
  std::ranges::reverse(roots);
  for (const auto& folder : roots) {
    SCOPED_TRACE(folder);
    Ran destroy = examples.run(folder, {"destroy", "--auto-approve"});
    if (destroy.exit == 3) {
      EXPECT_FALSE(examples.records(folder).empty());
      examples.take_out_protection(folder);
      Ran unprotected = examples.run(folder, {"apply", "--auto-approve"});
      ASSERT_EQ(unprotected.exit, 0) << unprotected.all();
      destroy = examples.run(folder, {"destroy", "--auto-approve"});
    }
    EXPECT_EQ(destroy.exit, 0) << destroy.all();
    EXPECT_EQ(examples.records(folder), std::vector<std::string>{});
  }
}

// The lines of a page that are typed: indented by four columns; what follows ` # ` is a remark, in which `[exit N]` counts.
struct Typed {
  std::string line;
  int exit = 0;
};

auto typed_lines(const std::string& page) -> std::vector<Typed> {
  static const std::regex kExit("\\[exit ([0-9]+)\\]");
  std::vector<Typed> out;
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("    ")) continue;
    Typed typed{.line = line.substr(4)};
    if (size_t remark = typed.line.find(" # "); remark != std::string::npos) {
      std::smatch match;
      std::string words = typed.line.substr(remark);
      if (std::regex_search(words, match, kExit)) typed.exit = std::stoi(match[1]);
      typed.line.erase(remark);
    }
    out.push_back(std::move(typed));
  }
  return out;
}

// What is typed on a page asks; here nobody answers.
constexpr const char* kAnswering = R"(#!/bin/sh
case "$1" in
  apply|destroy) set -- "$@" --auto-approve ;;
  drift) case "$*" in *--fix*) set -- "$@" --auto-approve ;; esac ;;
esac
exec "$WEFT_PROGRAM" "$@"
)";

TEST(Examples, WhatTheirPagesSayToTypeDoesWhatTheySay) {
  Examples examples;
  TempDir tools;
  tools.write("weft", kAnswering);
  fs::permissions(tools.path("weft"), fs::perms::owner_all);
  const char* other = std::getenv("WEFT_UNDER_TEST");
  std::string setting = "unset WEFT_KEY XDG_DATA_HOME XDG_STATE_HOME; export ASAN_OPTIONS=detect_leaks=0 LANG=C.UTF-8 HOME=" + shell_quote(tools.path("home")) + " WEFT_PROGRAM=" + shell_quote(other == nullptr ? WEFT_BINARY : other) +
                        " PATH=" + shell_quote(tools.path("")) + ":\"$PATH\"; ";
  fs::create_directories(tools.path("home"));
  std::set<std::string> pages;
  for (const auto& entry : fs::directory_iterator(fs::path(WEFT_SOURCE_DIR) / "examples")) {
    if (fs::exists(entry.path() / "README.md")) pages.insert(entry.path().filename().string());
  }
  ASSERT_GE(pages.size(), 8U);
  for (const auto& folder : pages) {
    auto lines = typed_lines(read(fs::path(WEFT_SOURCE_DIR) / "examples" / folder / "README.md"));
    EXPECT_GE(lines.size(), 2U) << folder;
    for (const auto& typed : lines) {
      std::string said = tools.path("said");
      int status = std::system((setting + "cd " + shell_quote(examples.path(folder)) + " && { " + typed.line + "\n} > " + shell_quote(said) + " 2>&1 < /dev/null").c_str());
      ASSERT_TRUE(WIFEXITED(status)) << folder << ": " << typed.line;
      EXPECT_EQ(WEXITSTATUS(status), typed.exit) << folder << ": " << typed.line << "\n" << read(said);
    }
  }
}

TEST(Examples, ThePageOfSecretsIsRightAboutWhatIsShown) {
  Examples examples;
  ASSERT_EQ(examples.run("04-secrets", {"apply", "--auto-approve"}).exit, 0);
  Ran all = examples.run("04-secrets", {"output"});
  EXPECT_NE(all.out.find("login       = (secret)\n"), std::string::npos) << all.all();
  Ran shown = examples.run("04-secrets", {"output", "login", "--reveal"});
  EXPECT_EQ(shown.exit, 0) << shown.all();
  EXPECT_TRUE(std::regex_search(shown.out, std::regex(R"(\{\n  "password": "[^\n]+",\n  "user": "app"\n\})"))) << shown.all();
}

}  // namespace
}  // namespace weft::test
