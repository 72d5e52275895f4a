// What is answered: why as events, what an apply would refuse, what is ignored, what a stage waits for, what a shell completes.
#include <filesystem>

#include <gtest/gtest.h>

#include "tests/support/events.h"
#include "tests/support/program.h"

namespace weft {
namespace {

class Answers : public testing::Test {
 protected:
  static auto holds(const std::string& text, std::string_view part) -> bool { return text.find(part) != std::string::npos; }
  auto apart(const std::vector<std::string>& words) const -> test::Ran { return program.run(test::RunRequest{.arguments = words, .apart = true}); }
  void fabric(const std::string& text) const { program.files().write("main.fabric", "fabric \"answers\" {}\n" + text); }
  void apply() const {
    auto ran = program.run({"apply", "--auto-approve"});
    ASSERT_EQ(ran.exit, 0) << ran.all();
  }
  test::Program program;
};

TEST_F(Answers, WhyTellsTheStepAndItsCauses) {
  fabric("input v: int = 1\nresource a: local.Data { value = 1, keepers = { v = v } }\nresource b: local.Data { value = 1, keepers = { v = a.id } }\n"
         "resource other: local.Data { value = 1, keepers = { v = v } }\nresource same: local.Data { value = 1 }\n");
  apply();
  auto ran = apart({"why", "b", "--json", "--set", "v=2"});
  ASSERT_EQ(ran.exit, 0) << ran.all();
  auto steps = test::events_of(ran.out, "plan.step");
  ASSERT_EQ(steps.size(), 2u) << ran.out;
  EXPECT_EQ(test::text_at(steps[0], "address"), "b");
  EXPECT_EQ(test::text_at(steps[1], "address"), "a");
  EXPECT_EQ(test::text_at(steps[0], "because_of"), test::text_at(steps[1], "step"));
  ran = apart({"why", "same", "--json", "--set", "v=2"});
  ASSERT_EQ(ran.exit, 0) << ran.all();
  EXPECT_TRUE(test::events_of(ran.out, "plan.step").empty()) << ran.out;
  auto said = test::events_of(ran.out, "info");
  ASSERT_EQ(said.size(), 1u) << ran.out;
  EXPECT_EQ(test::text_at(said[0], "name"), "same");
  EXPECT_EQ(test::text_at(said[0], "text"), "same agrees: nothing of it changes");
}

TEST_F(Answers, APlanThatIsRefusedSaysSoInEveryForm) {
  fabric("input v: int = 1\nresource a: local.Data {\n  @protect = true\n  value = 1\n  keepers = { v = v }\n}\n");
  apply();
  for (const char* form : {"--full", "--quiet", "--markdown", "--html=page"}) {
    auto ran = program.run({"plan", "--set", "v=2", form});
    EXPECT_EQ(ran.exit, 0) << ran.all();
    auto text = ran.out + (form == std::string_view("--html=page") ? program.files().read("page") : "");
    EXPECT_TRUE(holds(text, "An apply refuses this plan: 1 resource is protected.")) << form << "\n" << ran.all();
    EXPECT_FALSE(holds(program.run({"plan", form}).out, "refuses")) << form;
  }
}

TEST_F(Answers, AnIgnoredDifferenceIsTheOneFromWhatIsThere) {
  auto write = [&](std::string_view mode, std::string_view content) {
    fabric("resource f: local.File {\n  @ignore = [\"content\"]\n  path = \"f\"\n  mode = \"" + std::string(mode) + "\"\n  content = \"" + std::string(content) + "\"\n}\n");
  };
  write("0644", "first");
  apply();
  write("0600", "second");
  auto ran = program.run({"plan", "--full"});
  EXPECT_TRUE(holds(ran.out, "content: \"second\" here, \"first\" live (ignored")) << ran.all();
  program.files().write("f", "theirs");
  ran = program.run({"plan", "--full"});
  EXPECT_TRUE(holds(ran.out, "content: \"second\" here, \"theirs\" live (ignored")) << ran.all();
  EXPECT_FALSE(holds(ran.out, "\"first\" live")) << ran.all();
  auto summary = test::events_of(apart({"plan", "--json"}).out, "plan.summary");
  ASSERT_EQ(summary.size(), 1u);
  ASSERT_NE(summary[0].get("ignored_differences"), nullptr);
  EXPECT_EQ(summary[0].get("ignored_differences")->as_int(), 1);
}

TEST_F(Answers, AStageWaitsForNothingOfItsOwn) {
  program.files().write("part/part.fabric", "resource d: local.Data { value = 1 }\n");
  fabric("use part from \"./part\"\nresource first: local.Data { value = 1 }\nmodule mine: part if length(first.id) > 3 {}\n"
         "resource second: local.Data for k in [first.id] { value = k }\n"
         "resource third: local.Data if length([for k, s in second: k]) > 0 { value = 1 }\n");
  auto ran = program.run({"plan"});
  ASSERT_EQ(ran.exit, 0) << ran.all();
  EXPECT_TRUE(holds(ran.out, "STAGE 2, planned after first: ")) << ran.all();
  EXPECT_FALSE(holds(ran.out, "mine[…]")) << ran.all();
  EXPECT_TRUE(holds(ran.out, "? mine  module")) << ran.all();
}

TEST_F(Answers, WhatWasNotSeenIsCalledByItsName) {
  fabric("resource a: local.Data {\n  value = 1\n  ensure self.value == 7, \"seven\"\n}\n");
  auto ran = program.run({"apply", "--auto-approve"});
  EXPECT_EQ(ran.exit, 4) << ran.all();
  EXPECT_FALSE(holds(ran.out, "DONE 0")) << ran.all();
  ran = program.run({"plan"});
  EXPECT_TRUE(holds(ran.out, "what it ensures was not seen to hold yet")) << ran.all();
}

TEST_F(Answers, AShellOffersNoFilesWhereNoneBelong) {
  fabric("");
  std::filesystem::create_directories(program.folder() + "/.weft/state/prod");
  std::filesystem::create_directories(program.folder() + "/.weft/state/$(touch run)");
  auto script = program.run({"completion", "bash"}).out;
  program.files().write("script", script);
  auto offers = [&](const std::string& line) {
    program.files().write("ask", "source ./script\nCOMP_WORDS=(" + line + ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_weft\nprintf '%s ' \"${COMPREPLY[@]}\" > offered\n");
    EXPECT_EQ(std::system(("cd '" + program.folder() + "' && bash ./ask").c_str()), 0) << line;
    return program.files().read("offered");
  };
  EXPECT_EQ(offers("weft plan --env p"), "prod ");
  EXPECT_TRUE(holds(offers("weft plan --env ''"), "prod"));
  EXPECT_FALSE(std::filesystem::exists(program.folder() + "/run")) << "a name was run";
  EXPECT_EQ(offers("weft why main"), " ");
  EXPECT_EQ(offers("weft plan --only main"), " ");
  EXPECT_EQ(offers("weft output main"), " ");
  EXPECT_EQ(offers("weft init --from l"), "local ");
  EXPECT_EQ(offers("weft completion z"), "zsh ");
  EXPECT_EQ(offers("weft fmt main"), "main.fabric ");
  EXPECT_EQ(offers("weft plan --inputs main"), "main.fabric ");
}

}  // namespace
}  // namespace weft
