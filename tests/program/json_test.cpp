// `--json`: one object a line on stdout and nothing else, of every verb, also when it fails; the last one is `run.ended`.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "engine/cli/verb.h"
#include "lang/base/text.h"
#include "tests/support/events.h"
#include "tests/support/program.h"

namespace weft {
namespace {

using Words = std::vector<std::string>;

constexpr const char* kFabric = R"(fabric "shop" {}

input size: int = 2

resource a: local.Data { value = size }
resource b: local.File {
  path    = "b"
  content = "${a.value}"
}
output where = b.path
)";

// What each verb is given to do something; a verb that is not here fails the test below.
auto work_of(const std::string& verb) -> Words {
  static const std::map<std::string, Words> kWork = {
      {"why", {"a"}}, {"console", {"a.value"}}, {"docs", {"local.File"}}, {"state show", {"a"}}, {"state mv", {"a", "c"}},
      {"state backup", {"copy"}}, {"adopt", {"b", "b"}}, {"forget", {"b"}}, {"state rm", {"b"}}, {"unlock", {"r-0000"}}, {"completion", {"bash"}},
      {"debug tokens", {"main.fabric"}}, {"debug tree", {"main.fabric"}}, {"apply", {"--auto-approve"}},
      {"destroy", {"--auto-approve"}}, {"fmt", {"--check"}}, {"output", {"where"}}, {"state heal", {"--moved"}},
  };
  auto known = kWork.find(verb);
  return known == kWork.end() ? Words{} : known->second;
}

auto words_of(const std::string& verb, const Words& more) -> Words {
  Words out;
  for (std::string_view word : split(verb, ' ')) out.emplace_back(word);
  out.insert(out.end(), more.begin(), more.end());
  out.emplace_back("--json");
  return out;
}

void expect_events(const test::Ran& ran) {
  auto events = test::events(ran.out);
  ASSERT_FALSE(events.empty()) << ran.all();
  int64_t seq = 0;
  std::string run;
  for (const Value& event : events) {
    ASSERT_NE(event.get("v"), nullptr);
    EXPECT_EQ(event.get("v")->as_int(), 1);
    ASSERT_NE(event.get("seq"), nullptr);
    EXPECT_EQ(event.get("seq")->as_int(), ++seq);
    EXPECT_TRUE(test::text_at(event, "time").ends_with('Z'));
    EXPECT_TRUE(test::text_at(event, "run").starts_with("r-")) << ran.out;
    EXPECT_FALSE(test::text_at(event, "type").empty());
    EXPECT_EQ(test::text_at(event, "type") == "run.ended", &event == &events.back()) << "run.ended is the last line, and only that\n" << ran.out;
  }
  ASSERT_NE(events.back().get("exit"), nullptr) << ran.out;
  EXPECT_EQ(events.back().get("exit")->as_int(), ran.exit) << ran.all();
  EXPECT_FALSE(test::text_at(events.back(), "verb").empty());
  EXPECT_EQ(test::text_at(events.back(), "result") == "done", ran.exit == 0) << ran.out;
  if (ran.exit == 1 || ran.exit == 3) {
    EXPECT_FALSE(test::events_of(ran.out, "diagnostic").empty()) << "why it failed stands there too\n" << ran.all();
  }
}

TEST(Json, OfEveryVerbThatDoesItsWork) {
  // Whoever changes the state comes last.
  std::vector<std::string> verbs, last;
  for (const cli::VerbRow& row : cli::verb_rows()) {
    bool changes = row.name == "state mv" || row.name == "state rm" || row.name == "adopt" || row.name == "forget" || row.name == "destroy";
    (changes ? last : verbs).emplace_back(row.name);
  }
  verbs.insert(verbs.end(), last.rbegin(), last.rend());
  test::Program program;
  program.files().write("main.fabric", kFabric);
  ASSERT_EQ(program.run({"apply", "--auto-approve"}).exit, 0);
  for (const std::string& verb : verbs) {
    SCOPED_TRACE(verb);
    auto ran = program.run({.arguments = words_of(verb, work_of(verb)), .apart = true});
    expect_events(ran);
    // There is no such run to unlock; what is adopted was forgotten before.
    EXPECT_EQ(ran.exit, verb == "unlock" ? 1 : 0) << ran.all();
  }
}

TEST(Json, OfEveryVerbInAFolderWithoutAFabric) {
  for (const cli::VerbRow& row : cli::verb_rows()) {
    std::string verb(row.name);
    SCOPED_TRACE(verb);
    test::Program program;
    expect_events(program.run({.arguments = words_of(verb, work_of(verb)), .apart = true}));
  }
}

TEST(Json, OfEveryVerbWithFilesThatAreWrong) {
  test::Program program;
  for (const char* verb : {"check", "fmt", "plan", "apply", "drift", "destroy", "why", "graph", "console", "adopt", "recover", "init", "debug config", "debug plan"}) {
    SCOPED_TRACE(verb);
    program.files().write("main.fabric", "fabric \"shop\" {}\nresource a: local.Fil { path = 1 \n");
    expect_events(program.run({.arguments = words_of(verb, work_of(verb)), .apart = true}));
  }
}

TEST(Json, OfWrongWords) {
  test::Program program;
  for (const char* verb : {"plan", "apply", "state list", "version", "debug tree"}) {
    SCOPED_TRACE(verb);
    auto ran = program.run({.arguments = words_of(verb, {"--bogus"}), .apart = true});
    EXPECT_EQ(ran.exit, 64);
    expect_events(ran);
  }
}

TEST(Json, IntoAFileBesideTheText) {
  test::Program program;
  program.files().write("main.fabric", kFabric);
  auto ran = program.run({.arguments = {"apply", "--auto-approve", "--json-to", "events"}, .apart = true});
  EXPECT_EQ(ran.exit, 0) << ran.all();
  EXPECT_NE(ran.out.find("Applied shop"), std::string::npos) << ran.all();
  auto types = [&](const char* type) { return test::events_of(program.files().read("events"), type).size(); };
  EXPECT_EQ(types("run.started"), 1u);
  EXPECT_EQ(types("plan.step"), 2u);
  EXPECT_EQ(types("run.ended"), 1u);
  auto nowhere = program.run({"plan", "--json-to", "no/such/folder"});
  EXPECT_EQ(nowhere.exit, 1) << nowhere.all();
}

// A step is the same in the plan and in the apply.
TEST(Json, StepsHaveOneIdEverywhere) {
  test::Program program;
  program.files().write("main.fabric", kFabric);
  auto ran = program.run({.arguments = {"apply", "--auto-approve", "--json"}, .apart = true});
  std::map<std::string, int> seen;
  for (const Value& event : test::events_of(ran.out, "plan.step")) ++seen[test::text_at(event, "step")];
  EXPECT_EQ(seen.size(), 2u) << ran.out;
  for (const Value& event : test::events_of(ran.out, "step.state")) {
    EXPECT_TRUE(seen.contains(test::text_at(event, "step"))) << test::text_at(event, "step");
    if (test::text_at(event, "to") == "done") ++seen[test::text_at(event, "step")];
  }
  for (const auto& [step, count] : seen) EXPECT_EQ(count, 2) << step;
}

}  // namespace
}  // namespace weft
