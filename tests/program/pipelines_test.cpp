// What pipelines are told when there is no plan, or when somebody else holds what it needs.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>
#include <vector>

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

class Pipelines : public ::testing::Test {
 protected:
  auto apart(Words words) -> test::Ran { return program.run({.arguments = std::move(words), .apart = true}); }
  test::Program program;
};

// The documents that pipelines collect say why there is no plan.
TEST_F(Pipelines, AFailedPlanWritesItsDocuments) {
  program.files().write("main.fabric", "fabric \"shop\" {}\nresource a: local.Data { value = clutser }\n");
  auto ran = program.run({"plan", "--sarif", "p.sarif", "--junit", "p.xml", "--html", "p.html"});
  EXPECT_EQ(ran.exit, 1);
  EXPECT_NE(program.files().read("p.sarif").find("E0102"), std::string::npos) << ran.all();
  std::string junit = program.files().read("p.xml");
  EXPECT_NE(junit.find("tests=\"1\" failures=\"1\""), std::string::npos) << junit;
  EXPECT_NE(junit.find("name=\"E0102 main.fabric:2\""), std::string::npos) << junit;
  // A check that does not hold is a case beside the steps.
  program.files().write("main.fabric", "fabric \"shop\" {}\nresource a: local.Data { value = 1 }\ncheck \"much\" {\n  require 1 > 2, \"not enough\"\n}\n");
  ran = program.run({"plan", "--junit", "p.xml"});
  EXPECT_EQ(ran.exit, 1) << ran.all();
  junit = program.files().read("p.xml");
  EXPECT_NE(junit.find("tests=\"2\" failures=\"1\""), std::string::npos) << junit << ran.all();
  EXPECT_NE(junit.find("<testcase name=\"much\" classname=\"check\""), std::string::npos) << junit;
  EXPECT_NE(junit.find("not enough"), std::string::npos) << junit;
}

// A check is a fact of the plan and of the apply, whether it holds or not.
TEST_F(Pipelines, ChecksAreCases) {
  program.files().write("main.fabric", "fabric \"shop\" {}\nresource a: local.RandomPet { words = 2 }\n"
                                       "check \"named\" { require length(a.id) > 2 }\ncheck \"sane\" { require 1 < 2 }\n");
  auto ran = program.run({"plan", "--junit", "p.xml", "--json-to", "p.json"});
  EXPECT_EQ(ran.exit, 0) << ran.all();
  EXPECT_NE(program.files().read("p.xml").find("tests=\"3\" failures=\"0\" skipped=\"1\""), std::string::npos) << program.files().read("p.xml");
  auto results = [&](const std::string& file) {
    std::vector<std::string> all;
    for (const auto& one : test::events_of(program.files().read(file), "check")) all.push_back(test::text_at(one, "name") + " " + test::text_at(one, "result"));
    return all;
  };
  EXPECT_EQ(results("p.json"), (Words{"named not judged", "sane holds"}));
  ran = program.run({"apply", "--auto-approve", "--junit", "a.xml", "--json-to", "a.json"});
  EXPECT_EQ(ran.exit, 0) << ran.all();
  EXPECT_NE(program.files().read("a.xml").find("tests=\"3\" failures=\"0\" skipped=\"0\""), std::string::npos) << program.files().read("a.xml");
  EXPECT_EQ(results("a.json"), (Words{"named not judged", "sane holds", "named holds", "sane holds"}));
}

// So do those of an apply that does nothing, whatever is in its way.
TEST_F(Pipelines, ARefusedApplyWritesItsCases) {
  auto junit = [&](Words more) {
    Words words = {"apply", "--junit", "a.xml"};
    words.insert(words.end(), more.begin(), more.end());
    auto ran = program.run(words);
    EXPECT_NE(ran.exit, 0) << ran.all();
    return program.files().read("a.xml");
  };
  program.files().write("main.fabric", "fabric \"shop\" {}\nresource a: local.Data { value = clutser }\n");
  auto text = junit({"--auto-approve"});
  EXPECT_NE(text.find("tests=\"1\" failures=\"1\""), std::string::npos) << text;
  EXPECT_NE(text.find("name=\"E0102 main.fabric:2\""), std::string::npos) << text;
  program.files().write("main.fabric", "fabric \"shop\" {}\nresource a: local.Data { value = 1 }\n");
  // Nobody can be asked.
  EXPECT_EQ(program.run({.arguments = {"apply", "--junit", "a.xml"}, .apart = true}).exit, 3);
  EXPECT_NE(program.files().read("a.xml").find("not confirmed"), std::string::npos);
  ASSERT_EQ(program.run({"plan", "--out", "p.plan"}).exit, 0);
  ASSERT_EQ(program.run({"apply", "--auto-approve", "--set", "n=1", "--junit", "a.xml"}).exit, 1);  // no such input
  EXPECT_NE(program.files().read("a.xml").find("<failure"), std::string::npos);
  program.files().write("main.fabric", "fabric \"shop\" {}\nresource a: local.Data { value = 2 }\n");
  text = junit({"p.plan"});
  EXPECT_NE(text.find("<testcase name=\"refused\""), std::string::npos) << text;
  EXPECT_NE(text.find("p.plan is stale"), std::string::npos) << text;
}

// Who stands in the way, and of what: also of records that are only read.
TEST_F(Pipelines, ClaimsOfOthersAreEvents) {
  program.files().write("main.fabric", R"(fabric "shop" {}
input n: int = 1
resource first: local.Command {
  create = "true"
  update = ["sh", "-c", "echo up > started; cat gate > /dev/null"]
  input  = n
}
)");
  ASSERT_EQ(program.run({"apply", "--auto-approve"}).exit, 0);
  for (const char* name : {"gate", "started"}) ASSERT_EQ(::mkfifo((program.folder() + "/" + name).c_str(), 0600), 0);
  pid_t other = program.start({"apply", "--auto-approve", "--set", "n=2"});
  EXPECT_EQ(program.files().read("started"), "up\n");
  auto ran = apart({"apply", "--auto-approve", "--set", "n=3", "--json"});
  EXPECT_EQ(ran.exit, 3) << ran.all();
  Value held = only(ran, "claim.held");
  EXPECT_EQ(test::text_at(held, "address"), "first");
  EXPECT_TRUE(test::text_at(held, "holder").starts_with("r-"));
  EXPECT_EQ(test::text_at(held, "command"), "weft apply --auto-approve --set n=…");
  EXPECT_NE(ran.error.find("error: the record that this plan changes is claimed by another run\n  first\n"), std::string::npos) << ran.all();
  program.files().write("more.fabric", "resource second: local.Data { value = first.exit_code }\n");
  auto beside = program.run({"apply", "--auto-approve"});
  EXPECT_EQ(beside.exit, 3) << beside.all();
  EXPECT_TRUE(has(beside, "error: 1 record that this plan changes or relies on is claimed by another run\n  first\n")) << beside.all();
  auto moved = apart({"state", "mv", "first", "third", "--json"});
  EXPECT_EQ(moved.exit, 3) << moved.all();
  EXPECT_EQ(test::text_at(only(moved, "claim.held"), "address"), "first");
  EXPECT_EQ(test::text_at(only(moved, "diagnostic"), "message"), "claimed by another run");
  program.files().write("gate", "");
  EXPECT_EQ(program.finish(other).exit, 0);
}

}  // namespace
}  // namespace weft
