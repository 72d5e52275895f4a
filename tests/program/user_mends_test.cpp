// What users met: descriptors that came closed, secrets in files that could not be read, in keys and in numbers, and a signal that
// readers of the events never heard of.
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/events.h"
#include "tests/support/by_shell.h"
#include "tests/support/program.h"

namespace weft {
namespace {

namespace fs = std::filesystem;

class UserMends : public testing::Test {
 protected:
  test::Program program;
};

TEST_F(UserMends, ClosedDescriptorsAreNoFault) {
  program.files().write("main.fabric", "fabric \"closed\" {}\nresource d: local.Data { value = 1 }\n");
  auto ran = test::run_by_shell(program, "plan <&-");
  EXPECT_EQ(ran.exit, 0) << ran.all();
  EXPECT_NE(ran.out.find("create 1"), std::string::npos) << ran.all();
  ran = test::run_by_shell(program, "plan 2>&-");
  EXPECT_EQ(ran.exit, 0) << ran.all();
  ran = test::run_by_shell(program, "plan >&-");
  EXPECT_EQ(ran.exit, 1) << ran.all();
  EXPECT_NE(ran.error.find("writing to the standard output"), std::string::npos) << ran.all();
  ran = test::run_by_shell(program, "plan <&- >&- 2>&-");
  EXPECT_EQ(ran.exit, 1) << ran.all();
  ran = test::run_by_shell(program, "apply --auto-approve --json-to events 2>&-");
  EXPECT_EQ(ran.exit, 0) << ran.all();
  EXPECT_EQ(test::events_of(program.files().read("events"), "run.ended").size(), 1u) << "something else was written there";
}

TEST_F(UserMends, NoLineOfAFileOfInputsIsShown) {
  program.files().write("main.fabric", "fabric \"inputs\" {}\ninput tok: secret string\ninput size: int = 1\noutput o = size\n");
  for (const char* text : {"tok = \"hunter2hunter2", "tok: hunter2hunter2", "tok: \"hunter2hunter2\"", "tok = \"hunter2hunter2\" 5", "tok = \"\\qhunter2hunter2\"",
                           "tok = hunter2hunter2", "tok = 'hunter2hunter2'", "tko = \"hunter2hunter2\"", "tok = \"a\"\ntok = \"hunter2hunter2\"",
                           "tok = 1hunter2hunter2", "tok = 5hunter2", "tok = \"`hunter2hunter2`\" `hunter2hunter2`", "size = hunter2hunter2", "hunter2hunter2",
                           "size = \"hunter2hunter2\" + 1"}) {
    program.files().write("weft.inputs", std::string("# é\n") + text + "\n");
    for (const std::vector<std::string>& words : {std::vector<std::string>{"plan"}, {"check", "--json", "--sarif", "s"}, {"fmt", "--check"}}) {
      auto ran = program.run(words);
      auto said = ran.all() + (words.back() == "s" ? program.files().read("s") : "");
      EXPECT_EQ(said.find("hunter2"), std::string::npos) << text << "\n" << said;
      if (words[0] != "plan") continue;
      EXPECT_EQ(ran.exit, 1) << text << "\n" << ran.all();
      EXPECT_NE(ran.all().find("weft.inputs:"), std::string::npos) << text << "\n" << ran.all();
    }
  }
  program.files().write("weft.inputs", "tko = \"hunter2hunter2\"\n");
  EXPECT_NE(program.run({"plan"}).all().find("no input is called `tko`"), std::string::npos);
  program.files().write("weft.inputs", "# é\nsize = 2 x = \"hunter2hunter2\"\n");
  auto ran = program.run({"plan"});
  EXPECT_NE(ran.all().find("--> weft.inputs:2:10"), std::string::npos) << ran.all();
  ran = program.run({"plan", "--json"});
  EXPECT_NE(ran.all().find(R"("file":"weft.inputs","start":)"), std::string::npos) << ran.all();
  EXPECT_EQ(ran.all().find("hunter2"), std::string::npos) << ran.all();
}

TEST_F(UserMends, ASecretIsNeitherAKeyNorANumberOfTheState) {
  program.files().write("main.fabric", R"(fabric "keys" {}
input tok: secret string
input pin: secret int
resource key: local.Command {
  create      = "printf '{\"%s\":1}' \"$T\" >&3"
  environment = { T = tok }
}
resource fails: local.Command {
  create = "cat >&2; exit 1"
  input  = { pin = pin }
}
resource answers: local.Command {
  create = "cat >&3"
  input  = { pin = pin }
}
)");
  auto ran = program.run({"apply", "--auto-approve", "--set", "tok=hunter2-hunter2", "--set", "pin=5544332211", "--json-to", "events", "--trace", "trace"});
  EXPECT_EQ(ran.exit, 4) << ran.all();
  EXPECT_NE(ran.out.find("has a secret as a key"), std::string::npos) << ran.all();
  std::stringstream all;
  all << ran.all() << program.run({"state", "show", "answers"}).all();
  for (const auto& entry : fs::recursive_directory_iterator(program.folder())) {
    if (entry.is_regular_file()) all << std::ifstream(entry.path(), std::ios::binary).rdbuf();
  }
  EXPECT_EQ(all.str().find("hunter2-hunter2"), std::string::npos);
  EXPECT_EQ(all.str().find("5544332211"), std::string::npos);
}

TEST_F(UserMends, FilesOfInputsInJsonAndYamlAreNotQuoted) {
  program.files().write("main.fabric", "fabric \"given\" {}\ninput tok: secret string\nresource d: local.Data { value = tok }\n");
  struct Case {
    const char* file;
    const char* text;
    const char* said;
  };
  for (const Case& one : {Case{"a.json", R"({"tok": hunter2})", "line 1, column 9 of the JSON: expected a value, this is `…`"},
                          Case{"a.json", R"({"tok": "x" ; })", "line 1, column 13 of the JSON: expected `,` or `}`, this is `;`"},
                          Case{"a.json", R"({"hunter2": 1, "hunter2": 2})", "line 1, column 1 of the JSON: this object holds the key `…` twice"},
                          Case{"a.yaml", "tok: *hunter2\n", "line 1, column 6 of the YAML: there is no anchor `…` above"},
                          Case{"a.yaml", "tok: !!int hunter2\n", "is not supported, or does not fit \"…\""},
                          Case{"a.yaml", "tok: \"hunter2\" x\n", "`a.yaml` cannot be read as inputs: line 1, column 16 of the YAML: expected a key or the end of the mapping"}}) {
    program.files().write(one.file, one.text);
    auto ran = program.run({"plan", "--inputs", one.file});
    EXPECT_EQ(ran.exit, 1) << ran.all();
    EXPECT_NE(ran.out.find(one.said), std::string::npos) << one.text << "\n" << ran.all();
    EXPECT_EQ(ran.out.find("hunter2"), std::string::npos) << ran.all();
  }
}

TEST_F(UserMends, ReadersOfEventsHearOfASignal) {
  program.files().write("main.fabric", "fabric \"slow\" {}\nresource slow: local.Command { create = [\"sh\", \"-c\", \"echo up > started; cat gate\"] }\n");
  ASSERT_EQ(::mkfifo(program.files().path("started").c_str(), 0600), 0);
  ASSERT_EQ(::mkfifo(program.files().path("gate").c_str(), 0600), 0);
  std::fstream started(program.files().path("started"), std::ios::in | std::ios::out);
  pid_t child = program.start({.arguments = {"apply", "--auto-approve", "--json-to", "events"}, .apart = true});
  std::string line;
  std::getline(started, line);
  ASSERT_EQ(line, "up");
  ASSERT_EQ(::kill(child, SIGINT), 0);
  ASSERT_EQ(::kill(child, SIGTERM), 0);
  auto ran = program.finish(child);
  auto told = test::events_of(program.files().read("events"), "run.stopping");
  ASSERT_EQ(told.size(), 2u) << ran.all();
  EXPECT_FALSE(told[0].get("hard")->as_bool());
  EXPECT_TRUE(told[1].get("hard")->as_bool());
  EXPECT_EQ(told[0].get("running")->as_int(), 1);
}

}  // namespace
}  // namespace weft
