// The key of a state's secrets: that it is missing, wrong or cannot be kept is said before anything is touched.
#include <filesystem>

#include <gtest/gtest.h>
#include <sys/mount.h>

#include "tests/support/program.h"

namespace weft {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSecret = R"(fabric "safe" {}
resource mark: local.File {
  path    = "mark"
  content = "x"
}
resource pass: local.RandomPassword { length = 16 }
output pass = pass.result
)";

class KeyOfSecrets : public testing::Test {
 protected:
  KeyOfSecrets() { program.files().write("main.fabric", kSecret); }
  auto refused(const std::vector<std::string>& words, const std::vector<std::string>& environment, const std::string& why) {
    auto ran = program.run(words, environment);
    EXPECT_EQ(ran.exit, 1) << ran.all();
    EXPECT_NE(ran.out.find(why), std::string::npos) << ran.all();
    EXPECT_EQ(ran.out.find("[E0"), std::string::npos) << "the key is at fault, not a line of the files\n" << ran.all();
  }
  test::Program program;
};

TEST_F(KeyOfSecrets, APlaceForItIsWantedBeforeAnythingIsTouched) {
  for (const char* home : {"HOME=/dev/null", "HOME", "WEFT_KEY=short"}) {
    SCOPED_TRACE(home);
    refused({"plan"}, {home}, "key");
    refused({"apply", "--auto-approve"}, {home}, "Nothing was changed");
    EXPECT_FALSE(fs::exists(program.files().path("mark")));
    EXPECT_FALSE(fs::exists(program.files().path(".weft"))) << "not even a state was made";
  }
  program.files().write("main.fabric", "fabric \"safe\" {}\nresource mark: local.Data { value = 1 }\n");
  auto ran = program.run({"apply", "--auto-approve"}, {"HOME=/dev/null"});
  EXPECT_EQ(ran.exit, 0) << "without secrets none is needed\n" << ran.all();
}

TEST_F(KeyOfSecrets, AHomeThatCannotBeWrittenIsSeenBeforeAnythingIsTouched) {
  test::TempDir home;
  if (::mount("tmpfs", home.path().c_str(), "tmpfs", MS_RDONLY, "size=1m") != 0) GTEST_SKIP() << "SKIPPED: nothing can be mounted here (that needs root)";
  refused({"plan"}, {"HOME=" + home.path()}, home.path());
  refused({"apply", "--auto-approve"}, {"HOME=" + home.path()}, "WEFT_KEY");
  ::umount2(home.path().c_str(), MNT_DETACH);
  EXPECT_FALSE(fs::exists(program.files().path("mark")));
}

TEST_F(KeyOfSecrets, AMissingOrWrongOneIsSaidByThePlan) {
  ASSERT_EQ(program.run({"apply", "--auto-approve"}).exit, 0);
  program.files().write("main.fabric", std::string(kSecret) + "resource copy: local.File {\n  path    = \"copy\"\n  content = pass.result\n}\n");
  test::TempDir elsewhere;
  for (const auto& [given, why] : {std::pair<std::string, std::string>{"WEFT_KEY=" + std::string(64, 'a'), "WEFT_KEY is not the key of this state"},
                                   {"WEFT_KEY=short", "WEFT_KEY holds no key"},
                                   {"HOME=" + elsewhere.path(), "the key of this state is not on this machine"}}) {
    SCOPED_TRACE(given);
    refused({"plan"}, {given}, why);
    refused({"plan", "--destroy"}, {given}, why);
    refused({"drift"}, {given}, why);
    refused({"why", "copy"}, {given}, why);
    refused({"apply", "--auto-approve"}, {given}, why);
    refused({"output", "pass", "--reveal"}, {given}, why);
  }
  EXPECT_FALSE(fs::exists(program.files().path("copy")));
  EXPECT_EQ(program.run({"apply", "--auto-approve"}).exit, 0);
}

TEST_F(KeyOfSecrets, WithoutItsFileIsSaidWhatIsLostWhatWorksAndTheWayOut) {
  ASSERT_EQ(program.run({"apply", "--auto-approve"}).exit, 0);
  test::TempDir elsewhere;
  std::string home = "HOME=" + elsewhere.path();
  auto told = program.run({"plan"}, {home});
  EXPECT_EQ(told.exit, 1);
  for (std::string words : {"there is no " + elsewhere.path() + "/.local/share/weft/keys/", std::string("what is secret in the state cannot be read"),
                            std::string("what needs no secret works: weft state list, show,"), std::string("from a backup, or set WEFT_KEY"), std::string("docs/state.md")}) {
    EXPECT_NE(told.all().find(words), std::string::npos) << words << "\n" << told.all();
  }
  // And they do.
  for (const std::vector<std::string>& words : {std::vector<std::string>{"state", "list"}, {"state", "show", "pass"}, {"state", "history"}, {"state", "verify"},
                                                {"state", "backup", "copy-of-it"}, {"output"}, {"forget", "pass"}}) {
    auto ran = program.run(words, {home});
    EXPECT_EQ(ran.exit, 0) << words[0] << "\n" << ran.all();
  }
  // The way on without it: a new state.
  fs::rename(program.files().path(".weft/state/default"), program.files().path("aside"));
  EXPECT_EQ(program.run({"apply", "--auto-approve"}, {home}).exit, 0);
}

}  // namespace
}  // namespace weft
