// What was asked for beside the files: --only, --except, --replace; and what an instance's provider or a taken-out
// attribute asks of the plan.
#include "tests/engine/ops/fake_bench.h"

namespace weft::ops {
namespace {

class AskedTest : public FakeTest {
 protected:
  void fabric(const std::string& text) { write("main.fabric", "fabric \"f\" {}\n" + text); }
  void chain() {
    fabric(R"(input note: string = "1"
resource a: fake.Named {
  Name = "a"
  Note = note
}
resource b: fake.Named {
  Name = "b"
  Note = a.Note
}
resource many: fake.Named for n in ["x", "y"] { Name = n }
)");
  }
  auto asked(std::vector<std::string> only, std::vector<std::string> except, std::vector<std::string> replace, const char* note = "1") -> PlanRequest {
    PlanRequest request{.only = std::move(only), .except = std::move(except), .replace = std::move(replace)};
    request.inputs.sets = {{"note", note}};
    return request;
  }
  // The plan's diagnostics.
  auto refused(const PlanRequest& request) -> std::string {
    auto w = world();
    auto result = plan(w, request);
    EXPECT_FALSE(result.ok());
    std::string text = said(result);
    for (const auto& diagnostic : result.diagnostics) {
      for (const auto& help : diagnostic.help) text += "help: " + help + "\n";
    }
    return text;
  }
};

TEST_F(AskedTest, WhatNamesNothingIsAMistakeWithTheLikelyAddress) {
  chain();
  applied();
  for (const auto& [text, meant] : std::vector<std::pair<std::string, std::string>>{{"man", "many"}, {"many[z]", "many["}, {"c", ""}, {"mny[x]", "many[x]"}}) {
    for (int which = 0; which < 3; ++which) {
      auto request = asked(which == 0 ? Ids{text} : Ids{}, which == 1 ? Ids{text} : Ids{}, which == 2 ? Ids{text} : Ids{});
      auto told = refused(request);
      EXPECT_NE(told.find("E0615 nothing is called `" + text + "`"), std::string::npos) << told;
      EXPECT_TRUE(meant.empty() || told.find("help: did you mean `" + meant) != std::string::npos) << told;
    }
  }
  EXPECT_NE(refused(asked({"a["}, {}, {})).find("E0615"), std::string::npos);
}

TEST_F(AskedTest, WhatIsSwitchedOffIsThereAndHasNoInstances) {
  write("site/site.fabric", "resource inner: fake.Named { Name = \"inner\" }\n");
  fabric(R"(input note: string = "1"
use site from "./site"
resource off: fake.Named if note == "2" { Name = "off" }
resource none: fake.Named for n in [] { Name = "none-${n}" }
resource few: fake.Named for n in ["x", "y"] if n == note { Name = n }
module away: site if note == "2" {}
)");
  for (const auto& [text, why] : std::vector<std::pair<std::string, std::string>>{{"off", "its `if` is false"},
                                                                                  {"none", "its `for` goes over nothing"},
                                                                                  {"none[x]", "its `for` goes over nothing"},
                                                                                  {"few[x]", "its `for` and `if` leave none"},
                                                                                  {"away.inner", "its `if` is false"}}) {
    auto w = world();
    auto result = plan(w, asked({text}, {}, {}));
    EXPECT_TRUE(result.ok()) << said(result);
    EXPECT_EQ(said(result).substr(0, said(result).find(" at ")), "W0615 `" + text + "` is declared and has no instances: " + why);
    ASSERT_TRUE(result.plan);
    EXPECT_TRUE(result.plan->steps.empty());
  }
  EXPECT_EQ(ids(planned(asked({"off"}, {}, {}, "2"))), Ids{"create off"});
  // Of what has instances another one is a mistake still.
  auto request = asked({"few[z]"}, {}, {}, "x");
  EXPECT_NE(refused(request).find("E0615 nothing is called `few[z]`"), std::string::npos);
}

TEST_F(AskedTest, WhatIsToBeReplacedIsNotLeftOut) {
  chain();
  applied();
  EXPECT_NE(refused(asked({"b"}, {}, {"many[x]"})).find("E0622 `many[x]` is to be replaced, and is left out by --only"), std::string::npos);
  EXPECT_NE(refused(asked({}, {"many"}, {"many[x]"})).find("left out by --except"), std::string::npos);
  EXPECT_EQ(ids(planned(asked({"many[x]"}, {}, {"many"}))), Ids{"replace many[x]"}) << "the part of it that was asked for";
  EXPECT_EQ(ids(planned(asked({}, {}, {"many[y]"}))), Ids{"replace many[y]"});
}

TEST_F(AskedTest, WhatWouldFollowAChangeIsNamed) {
  chain();
  applied();
  auto plan = planned(asked({"a"}, {}, {}, "2"));
  EXPECT_EQ(ids(plan), Ids{"update a"});
  EXPECT_EQ(plan.kept, Ids{"b  --only, though what it needs changes"});
  EXPECT_EQ(planned(asked({"b"}, {}, {}, "2")).kept, Ids{});
  EXPECT_EQ(planned(asked({}, {"a"}, {}, "2")).kept, (Ids{"a  --except", "b  it needs what is left out"}));
}

TEST_F(AskedTest, TakingOutWhatMayNotBeIsSaidAtPlan) {
  fabric("resource a: fake.Named {\n  Name = \"a\"\n  Sticky = \"s\"\n}\n");
  applied();
  fabric("resource a: fake.Named { Name = \"a\" }\n");
  EXPECT_NE(refused({}).find("`Sticky` may not be taken out"), std::string::npos);
  EXPECT_EQ(fake->requests("update"), 0u);
}

TEST_F(AskedTest, AnotherNameOfTheSamePlaceTakesItsRecords) {
  auto of = [&](const char* provider) {
    fabric(std::string(provider) + "resource a: fake.Named {\n  Name = \"a\"\n  @provider = one\n}\n");
  };
  of("provider fake as one {}\n");
  applied();
  fabric("provider fake as two {}\nresource a: fake.Named {\n  Name = \"a\"\n  @provider = two\n}\n");
  fake->with([](auto& contents) { ASSERT_FALSE(contents.objects.empty()); });
  EXPECT_EQ(ids(planned()), Ids{"record a"});
  applied();
  EXPECT_FALSE(planned().changes());
  EXPECT_EQ(fake->requests("create"), 1u);
  destroyed();
  EXPECT_TRUE(fake->objects().empty());
}

TEST_F(AskedTest, AnotherPlaceDoesNot) {
  auto of = [&](const char* name, const char* place) {
    fabric(std::string("provider fake as ") + name + " { Place = \"" + place + "\" }\nresource a: fake.Named {\n  Name = \"a\"\n  @provider = " + name + "\n}\n");
  };
  of("one", "here");
  applied();
  of("two", "there");
  EXPECT_NE(refused({}).find("E0613"), std::string::npos);
  PlanRequest unread;
  unread.refresh = Refresh::kNone;
  EXPECT_NE(refused(unread).find("E0613"), std::string::npos);
}

// What is replaced because of a path that is known beforehand stands under its cause; what only changes beside it does not.
TEST_F(AskedTest, ACauseWithAKnownValueIsProven) {
  auto of = [&](const char* name, const char* other) {
    fabric(std::string("resource folder: fake.Named { Name = \"") + name + "\" }\nresource page: fake.Named { Name = \"${folder.Name}-page\" }\n" +
           "resource beside: fake.Named {\n  Name = \"" + other + "\"\n  @depends_on = [folder]\n}\n");
  };
  of("one", "x");
  applied();
  of("two", "y");
  auto plan = planned();
  std::map<std::string, std::string> causes;
  for (const auto& step : plan.steps) causes[step.address] = step.because_of ? plan.steps[*step.because_of].address : "";
  EXPECT_EQ(causes, (std::map<std::string, std::string>{{"beside", ""}, {"folder", ""}, {"page", "folder"}}));
}

}  // namespace
}  // namespace weft::ops
