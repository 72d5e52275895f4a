// A destroy goes by the records: what the files hold by now is in its way only where it says how something is removed.
#include "tests/engine/ops/fake_bench.h"

namespace weft::ops {
namespace {

class DestroyTest : public FakeTest {
 protected:
  auto tried_to_destroy() -> ApplyResult {
    ApplyRequest request;
    request.planning.destroy = true;
    return tried(request);
  }
  static auto severity(const ApplyResult& result, std::string_view code) -> std::optional<Severity> {
    for (const auto& one : result.diagnostics) {
      if (one.code == code) return one.severity;
    }
    return std::nullopt;
  }
  // Applied, and then written anew.
  void becomes(const std::string& before, const std::string& after) {
    write("main.fabric", "fabric \"f\" {}\n" + before);
    applied();
    ASSERT_FALSE(fake->objects().empty());
    write("main.fabric", "fabric \"f\" {}\n" + after);
  }
};

constexpr const char* kOne = "resource one: fake.Thing { Name = \"one\" }\n";

TEST_F(DestroyTest, ValuesThatCannotBeEvaluatedAreNotInItsWay) {
  becomes(kOne, "let none = 1 / length(list.compact([]))\nresource one: fake.Thing { Name = \"one-${none}\" }\noutput all = none\n");
  auto result = tried_to_destroy();
  EXPECT_EQ(result.exit, 0) << said(result) << steps_said(result);
  EXPECT_EQ(severity(result, "E0406"), Severity::kWarning) << said(result);
  EXPECT_TRUE(fake->objects().empty());
  EXPECT_TRUE(records().empty());
}

TEST_F(DestroyTest, RulesAreNotInItsWay) {
  becomes(kOne, "input n: int = 3 { require n > 4, \"more\" }\n"
                "resource one: fake.Thing { Name = \"one-${n}\" }\ncheck \"c\" { require 1 > 2, \"less\" }\n"
                "lookup other: fake.Thing { Name = \"nobody\" }\n");
  auto result = tried_to_destroy();
  EXPECT_EQ(result.exit, 0) << said(result) << steps_said(result);
  EXPECT_EQ(severity(result, "E0602"), Severity::kWarning) << said(result);
  EXPECT_EQ(severity(result, "E0603"), Severity::kWarning) << said(result);
  EXPECT_EQ(severity(result, "E0609"), Severity::kWarning) << said(result);
  EXPECT_TRUE(fake->objects().empty());
}

TEST_F(DestroyTest, SettingsOfAProviderThatIsNeededAre) {
  becomes(kOne, "let none = 1 / length(list.compact([]))\nprovider fake { Place = \"p${none}\" }\n" + std::string(kOne));
  auto result = tried_to_destroy();
  EXPECT_EQ(result.exit, 1);
  EXPECT_EQ(severity(result, "E0406"), Severity::kError) << said(result);
  EXPECT_EQ(fake->objects().size(), 1u);
}

TEST_F(DestroyTest, WhetherItIsRetainedIs) {
  becomes(kOne, "let none = 1 / length(list.compact([]))\nresource one: fake.Thing {\n  Name    = \"one\"\n  @retain = none > 3\n}\n");
  auto result = tried_to_destroy();
  EXPECT_EQ(result.exit, 1) << said(result);
  EXPECT_EQ(fake->objects().size(), 1u);
}

constexpr const char* kNone = "let none = 1 / length(list.compact([]))\n";

TEST_F(DestroyTest, HowManyThereAreIsOnlyWhereTheFilesSayHowTheyGo) {
  for (const std::string head : {"if none > 3", "for n in [\"a${none}\"]"}) {
    becomes(kOne, kNone + ("resource one: fake.Thing " + head + " {\n  Name     = \"one\"\n  @protect = true\n}\n"));
    auto result = tried_to_destroy();
    EXPECT_EQ(result.exit, 1) << said(result);
    EXPECT_EQ(severity(result, "E0406"), Severity::kError) << said(result);
    EXPECT_EQ(fake->objects().size(), 1u) << head;
    becomes(kOne, kNone + ("resource one: fake.Thing " + head + " { Name = \"one\" }\n"));
    result = tried_to_destroy();
    EXPECT_EQ(result.exit, 0) << said(result);
    EXPECT_TRUE(fake->objects().empty()) << head;
  }
}

TEST_F(DestroyTest, ModulesThatCannotBeReadAreWhereTheySayHowSomethingGoes) {
  std::string use = "use site from \"./site\"\n";
  std::string ways[] = {"forget old\n", "resource old: fake.Thing {\n  Name    = \"old\"\n  @retain = true\n}\n",
                        "use inner from \"../inner\"\nmodule deep: inner {}\n"};
  write("inner/inner.fabric", "forget gone\n");
  for (const auto& way : ways) {
    write("site/site.fabric", "resource old: fake.Thing { Name = \"old\" }\n");
    becomes(use + "module m: site for n in [\"a\"] {}\n", kNone + use + "module m: site for n in [\"a${none}\"] {}\n");
    write("site/site.fabric", way);
    auto result = tried_to_destroy();
    EXPECT_EQ(result.exit, 1) << way << said(result);
    EXPECT_EQ(severity(result, "E0406"), Severity::kError) << way << said(result);
    EXPECT_EQ(fake->objects().size(), 1u) << way;
    write("site/site.fabric", "resource old: fake.Thing { Name = \"old\" }\n");
    result = tried_to_destroy();
    EXPECT_EQ(result.exit, 0) << said(result);
    EXPECT_TRUE(fake->objects().empty());
  }
}

TEST_F(DestroyTest, WhatIsForgottenIs) {
  std::string use = "use site from \"./site\"\n";
  write("site/site.fabric", "input ids: list<string>\nresource old: fake.Thing for n in ids { Name = n }\n");
  // The module reads what has failed before it.
  becomes(use + "module m: site { ids = [\"x\"] }\n", kNone + use + "module m: site { ids = [\"${none}\"] }\n");
  write("site/site.fabric", "input ids: list<string>\nforget old[n] for n in ids\n");
  auto result = tried_to_destroy();
  EXPECT_EQ(result.exit, 1) << said(result);
  EXPECT_EQ(severity(result, "E0406"), Severity::kError) << said(result);
  EXPECT_EQ(fake->objects().size(), 1u);
}

// Nothing is wrong with the files: what the `for` reads is not there yet, and nobody can tell what they keep.
TEST_F(DestroyTest, WhatIsNotKnownIsNoLicence) {
  std::string late = "resource late: fake.Thing { Name = \"late\" }\n";
  std::string before = "resource one: fake.Thing for k in [\"x\"] { Name = k }\n";
  for (const std::string way : {"@protect = true", "@retain = true"}) {
    becomes(before, late + "resource one: fake.Thing for k in [late.Id] {\n  Name = k\n  " + way + "\n}\n");
    auto result = tried_to_destroy();
    EXPECT_EQ(result.exit, 1) << way << said(result);
    EXPECT_EQ(severity(result, "E0630"), Severity::kError) << way << said(result);
    EXPECT_EQ(fake->objects().size(), 1u) << way;
    becomes(before, late + "resource one: fake.Thing for k in [\"x\"] {\n  Name = k\n  " + way + "\n}\n");
    result = tried_to_destroy();
    if (way == "@retain = true") {
      EXPECT_EQ(result.exit, 0) << said(result);
    } else {
      EXPECT_NE(result.exit, 0) << way << said(result);
    }
    EXPECT_EQ(fake->objects().size(), 1u) << way;
    // Where the files keep nothing it goes by the records.
    write("main.fabric", "fabric \"f\" {}\n" + before);
    applied();
    write("main.fabric", "fabric \"f\" {}\n" + late + "resource one: fake.Thing for k in [late.Id] { Name = k }\n");
    result = tried_to_destroy();
    EXPECT_EQ(result.exit, 0) << said(result);
    EXPECT_TRUE(records().empty()) << way;
    for (const auto& object : fake->objects()) fake->drop(std::string(object.attributes.get("Name")->as_string()));
  }
}

TEST_F(DestroyTest, FaultsOfTypesAre) {
  becomes(kOne, "resource one: fake.Thing { Nam = \"one\" }\n");
  auto result = tried_to_destroy();
  EXPECT_EQ(result.exit, 1);
  EXPECT_EQ(fake->objects().size(), 1u);
}

TEST_F(DestroyTest, OutputsOfWhatWasDestroyedAreNotNull) {
  write("net/main.fabric", "fabric \"net\" {}\nresource a: local.Data { value = \"v\" }\noutput v = a.value\n");
  write("main.fabric", "fabric \"f\" {}\nlookup net: weft.Outputs { fabric = \"./net\" }\nresource one: fake.Thing {\n  Name = \"one\"\n  Note = net.v\n}\n");
  auto own = folder.path();
  auto at_net = [&](ApplyRequest request) {
    auto w = world();
    w.folder = own + "/net";
    auto result = apply(w, request);
    EXPECT_EQ(result.exit, 0) << said(result);
  };
  at_net({});
  applied();
  ApplyRequest destroy;
  destroy.planning.destroy = true;
  at_net(destroy);
  auto result = tried();
  EXPECT_EQ(result.exit, 1);
  EXPECT_NE(said(result).find("E0618"), std::string::npos) << said(result);
  EXPECT_NE(said(result).find("it was destroyed"), std::string::npos) << said(result);
  // And it can go for all that.
  result = tried_to_destroy();
  EXPECT_EQ(result.exit, 0) << said(result);
  EXPECT_TRUE(fake->objects().empty());
}

}  // namespace
}  // namespace weft::ops
