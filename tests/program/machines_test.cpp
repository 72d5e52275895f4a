// The rules for machines: what `--json` says of every verb and every mistake, and what stays out of it.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <string>
#include <vector>

#include "lang/base/text.h"
#include "tests/support/events.h"
#include "tests/support/program.h"

namespace weft {
namespace {

using Words = std::vector<std::string>;

auto has(const test::Ran& ran, std::string_view words) -> bool { return (ran.out + ran.error).find(words) != std::string::npos; }

// The one object of that type, or null.
auto only(const test::Ran& ran, std::string_view type) -> Value {
  auto all = test::events_of(ran.out, type);
  EXPECT_EQ(all.size(), 1u) << type << "\n" << ran.all();
  return all.empty() ? Value() : all.front();
}

class Machines : public ::testing::Test {
 protected:
  auto apart(Words words) -> test::Ran { return program.run({.arguments = std::move(words), .apart = true}); }
  test::Program program;
};

// Whatever is wrong with the words: one diagnostic and the end, with 64.
TEST_F(Machines, WrongWordsWithoutAVerbAreEvents) {
  for (const Words& words : {Words{"bogus", "--json"}, Words{"--json", "bogus"}, Words{"--json"}, Words{"state", "--json"}, Words{"--bogus", "--json"},
                             Words{"help", "bogus", "--json"}, Words{"watch", "--json"}, Words{"state", "lst", "--json"}}) {
    auto ran = apart(words);
    SCOPED_TRACE(join(words, " "));
    EXPECT_EQ(ran.exit, 64);
    auto all = test::events(ran.out);
    ASSERT_EQ(all.size(), 2u) << ran.all();
    EXPECT_EQ(test::text_at(all[0], "type"), "diagnostic");
    EXPECT_FALSE(test::text_at(all[0], "message").empty());
    EXPECT_EQ(test::text_at(all[1], "type"), "run.ended");
    EXPECT_EQ(test::text_at(all[1], "result"), "failed");
    ASSERT_NE(all[1].get("exit"), nullptr);
    EXPECT_EQ(all[1].get("exit")->as_int(), 64);
  }
}

TEST_F(Machines, HelpIsAnEventToo) {
  for (const Words& words : {Words{"--help", "--json"}, Words{"plan", "--help", "--json"}, Words{"help", "state", "--json"}}) {
    auto ran = apart(words);
    EXPECT_EQ(ran.exit, 0);
    EXPECT_NE(test::text_at(only(ran, "info"), "text").find("Usage: weft"), std::string::npos) << ran.all();
  }
}

TEST_F(Machines, CompletionAndDebugKeepTheirAnswer) {
  program.files().write("main.fabric", "fabric \"shop\" {}\ninput size: int = 2\nresource a: local.Data { value = size }\n");
  EXPECT_EQ(test::text_at(only(apart({"completion", "bash", "--json"}), "info"), "text"), program.run({"completion", "bash"}).out);
  EXPECT_EQ(test::text_at(only(apart({"debug", "tree", "main.fabric", "--json"}), "info"), "tree"), program.run({"debug", "tree", "main.fabric"}).out);
  auto length = [&](const Value& event, std::string_view name) { return event.get(name) == nullptr ? 0u : event.get(name)->length(); };
  EXPECT_GT(length(only(apart({"debug", "tokens", "main.fabric", "--json"}), "info"), "tokens"), 20u);
  EXPECT_EQ(length(only(apart({"debug", "config", "--json"}), "info"), "declarations"), 2u);
  EXPECT_GT(length(only(apart({"debug", "plan", "--json"}), "info"), "plan"), 5u);
  EXPECT_GE(length(only(apart({"debug", "graph", "--json"}), "graph"), "nodes"), 2u);
}

// Any word of a file of inputs may be a secret, whatever the lexer takes it for.
TEST_F(Machines, DebugShowsNoWordOfAFileOfInputs) {
  for (const char* file : {"weft.inputs", "prod.inputs", "other.txt"}) {
    program.files().write(file, "name = \"hunter2\"\npin = 5544332211\ntoken = hunter2\nhunter2\nlist = [hunter2, 'hunter2', { a = \"${hunter2}\" }]\n# hunter2\n/// hunter2\nlast = \"hunter2");
    for (const char* stage : {"tokens", "tree"}) {
      auto text = program.run({"debug", stage, file});
      auto json = program.run({"debug", stage, file, "--json"});
      for (const auto& ran : {text, json}) {
        EXPECT_FALSE(has(ran, "hunter2")) << ran.all();
        EXPECT_FALSE(has(ran, "5544332211")) << ran.all();
        bool named = has(ran, "\"token\"") || has(ran, "\\\"token\\\"");
        EXPECT_TRUE(named || !std::string_view(file).ends_with(".inputs")) << "names are shown\n" << ran.all();
      }
      EXPECT_TRUE(has(text, "(hidden)")) << text.all();
    }
  }
  program.files().write("main.fabric", "fabric \"shop\" {}\nlet a = \"seen\"\n");
  EXPECT_TRUE(has(program.run({"debug", "tokens", "main.fabric"}), "\"seen\""));
}

TEST_F(Machines, TheConsoleMissesAnInputOnlyWhereItIsNeeded) {
  program.files().write("main.fabric", R"(fabric "shop" {}
input need: string
input pass: secret string
input size: int = 2
input zones: list<string>
resource a: local.Data { value = size }
resource b: local.File for zone in zones {
  path    = zone
  content = "${a.value} ${need}"
}
)");
  EXPECT_EQ(program.run({"console", "1 + 1"}).out, "2\n");
  EXPECT_EQ(program.run({"console", "size * 3"}).out, "6\n");
  EXPECT_EQ(program.run({"console", "a.value"}).out, "2\n");
  auto missing = program.run({"console", "\"${size} ${need}\""});
  EXPECT_EQ(missing.exit, 1);
  EXPECT_TRUE(has(missing, "error[E0511]: input `need` has no value\n  --> main.fabric:2:7\n")) << missing.all();
  EXPECT_FALSE(has(missing, "`pass`")) << missing.all();
  auto two = program.run({"console", "[need, pass]"});
  EXPECT_EQ(two.exit, 1);
  EXPECT_TRUE(has(two, "input `need` has no value") && has(two, "input `pass` has no value")) << two.all();
  EXPECT_EQ(program.run({"console", "need", "--set", "need=hello"}).out, "\"hello\"\n");
  // One line that lacks something is no end of the others.
  auto lines = program.run({.arguments = {"console"}, .input = "need\nsize\n", .apart = true});
  EXPECT_EQ(lines.exit, 1);
  EXPECT_EQ(lines.out, "2\n");
}

// What to type next is for people; the lines of a refusal are notes.
TEST_F(Machines, HintsStayOutOfEvents) {
  program.files().write("main.fabric", "fabric \"shop\" {}\nresource a: local.Data {\n  value    = 1\n  @protect = true\n}\n");
  auto asked = apart({"apply", "--json"});
  EXPECT_EQ(asked.exit, 3);
  EXPECT_TRUE(asked.error.find("Answer beforehand:  weft apply --json --auto-approve") != std::string::npos) << asked.all();
  EXPECT_TRUE(asked.out.find("weft apply --json") == std::string::npos) << asked.out;
  ASSERT_EQ(program.run({"apply", "--auto-approve"}).exit, 0);
  auto refused = apart({"destroy", "--auto-approve", "--json"});
  EXPECT_EQ(refused.exit, 3);
  Value told = only(refused, "diagnostic");
  EXPECT_EQ(test::text_at(told, "message"), "1 resource is protected, so nothing is destroyed");
  ASSERT_NE(told.get("notes"), nullptr);
  EXPECT_EQ(told.get("notes")->length(), 1u) << refused.out;
  EXPECT_TRUE(refused.out.find("--except") == std::string::npos) << refused.out;
  // A command after success is a hint on stderr.
  auto moved = apart({"state", "mv", "a", "b"});
  EXPECT_TRUE(moved.error.find("moved a to b") != std::string::npos) << moved.all();
  EXPECT_TRUE(moved.out.find("moved a to b") == std::string::npos) << moved.all();
}

TEST_F(Machines, DriftHasALastLineAndASummary) {
  program.files().write("main.fabric", "fabric \"shop\" {}\nresource a: local.File {\n  path    = \"a\"\n  content = \"1\"\n}\n");
  ASSERT_EQ(program.run({"apply", "--auto-approve"}).exit, 0);
  EXPECT_TRUE(program.run({"drift", "--quiet"}).out.starts_with("No drift in shop"));
  Value none = only(apart({"drift", "--json"}), "plan.summary");
  ASSERT_NE(none.get("resources_read"), nullptr);
  EXPECT_EQ(none.get("resources_read")->as_int(), 1);
  program.files().write("a", "2");
  auto some = program.run({"drift", "--quiet"});
  EXPECT_EQ(some.exit, 2);
  EXPECT_TRUE(some.out.starts_with("Drift in shop, state @")) << some.all();
  EXPECT_EQ(std::ranges::count(some.out, '\n'), 1) << some.all();
}

// What a program wrote is shown as lines, and not all of a flood.
TEST_F(Machines, TheOutputOfAFailedCommandIsShownAsItWroteIt) {
  program.files().write("main.fabric", "fabric \"shop\" {}\nresource a: local.Command { create = \"seq 1 100; exit 1\" }\n");
  auto ran = program.run({.arguments = {"apply", "--auto-approve"}, .apart = true});
  EXPECT_EQ(ran.exit, 1);
  EXPECT_TRUE(ran.out.find("    (80 lines before)\n    | 81\n    | 82\n") != std::string::npos) << ran.all();
  EXPECT_TRUE(ran.out.find("    | 100\n") != std::string::npos) << ran.all();
}

// More than is kept of its output: the end says why it failed.
TEST_F(Machines, TheEndOfAFloodIsShown) {
  program.files().write("main.fabric", "fabric \"shop\" {}\nresource a: local.Command { create = \"seq 1 700000; echo the cause; exit 1\" }\n");
  auto ran = program.run({.arguments = {"apply", "--auto-approve"}, .apart = true});
  EXPECT_EQ(ran.exit, 1);
  EXPECT_TRUE(ran.out.find("    | 700000\n    | the cause\n") != std::string::npos) << ran.all();
}

// The command ends when its own run has told that it goes on.
TEST_F(Machines, ProgressIsTold) {
  program.files().write("main.fabric", "fabric \"shop\" {}\nresource a: local.Command { create = \"echo on; tail -n +1 -f events > seen & grep -q step[.]progress seen; kill $! || true\" }\n");
  ASSERT_EQ(::mkfifo((program.folder() + "/seen").c_str(), 0600), 0);
  auto ran = apart({"apply", "--auto-approve", "--json-to", "events"});
  EXPECT_EQ(ran.exit, 0) << ran.all();
  EXPECT_GE(test::events_of(program.files().read("events"), "step.progress").size(), 1u);
}

}  // namespace
}  // namespace weft
