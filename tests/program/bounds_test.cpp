// Files that ask for more than there is: an error at once, at its place, whatever verb evaluates them; and a way out of a
// long evaluation.
#include <csignal>
#include <fstream>

#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include "tests/support/program.h"

namespace weft {
namespace {

// a0 = first, a1 = shape of a0 …; `#` in the shape stands for the one before.
auto levels(const std::string& first, const std::string& shape, int count, const std::string& type = {}) -> std::string {
  std::string text = "let a0 = " + first + "\n";
  for (int level = 1; level <= count; ++level) {
    std::string one = shape;
    for (size_t at = one.find('#'); at != std::string::npos; at = one.find('#')) one.replace(at, 1, "a" + std::to_string(level - 1));
    text += "let a" + std::to_string(level) + type + " = " + one + "\n";
  }
  return text;
}

struct TooMuch {
  std::string text;  // of main.fabric, after its first line
  const char* code;
  const char* says;
};

TEST(Bounds, AreErrorsAtTheirPlace) {
  const std::string shared = levels("[\"x\"]", "[#, #, #, #, #, #, #, #, #, #]", 10);
  const TooMuch all[] = {
      {shared + "output n = a10\n", "E0409", "256MiB"},
      {shared + "output n = length(json.encode(a10))\n", "E0409", "256MiB"},
      {shared + "output n = list.flatten(a10) == list.reverse(list.flatten(a10))\n", "E0409", "256MiB"},
      {levels("{ x = 1 }", "{ a = #, b = #, c = #, d = #, e = #, f = #, g = #, h = # }", 10) + "output n = map.merge([a10, a9])\n", "E0323", "the type of `a6`"},
      {levels("{ x = 1 }", "{ a = #, b = #, c = #, d = #, e = #, f = #, g = #, h = # }", 10, ": any") + "output n = map.merge([a10, a9])\n", "E0409", "256MiB"},
      {levels("1", "[#]", 5000) + "output n = a5000\n", "E0323", "the type of `a201`"},
      {levels("1", "[#]", 5000, ": any") + "output n = a5000\n", "E0409", "200 lists, sets and objects"},
      {"let t = string.repeat(\"x\", 16000000)\noutput n = length([for i in range(1000000): \"${t}${i}\"])\n", "E0409", "256MiB"},
      {"resource a: local.Data for i in range(1000000000) { value = i }\n", "E0405", "1,000,000 elements"},
      {"let all = range(1000000)\nresource a: local.Data for i in all { value = i }\nresource b: local.Data for i in all { value = i }\n"
       "resource c: local.Data for i in all { value = i }\nuse m from \"./m\"\nmodule d: m for i in all {}\n", "E0409", "2,000,000 instances"},
      {"use m from \"./m\"\nmodule a: m for i in range(100) {}\n", "E0409", "2,000,000 instances"},
  };
  for (const TooMuch& one : all) {
    test::Program program;
    program.files().write("main.fabric", "fabric \"big\" {}\n" + one.text);
    program.files().write("m/main.fabric", "use n from \"../n\"\nmodule b: n for i in range(100) {}\n");
    program.files().write("n/main.fabric", "let many = range(100)\nuse o from \"../o\"\nmodule c: o for i in many {}\n");
    program.files().write("o/main.fabric", "resource d: local.Data for i in range(100) { value = i }\n");
    for (const char* verb : {"plan", "apply"}) {
      auto ran = program.run({verb, "--no-input"});
      EXPECT_EQ(ran.exit, 1) << one.text << ran.all();
      EXPECT_NE(ran.out.find("error[" + std::string(one.code) + "]"), std::string::npos) << one.text << ran.all();
      EXPECT_NE(ran.out.find(one.says), std::string::npos) << one.text << ran.all();
      EXPECT_NE(ran.out.find("--> main.fabric:"), std::string::npos) << one.text << ran.all();
      EXPECT_NE(ran.out.find("1 error in 1 file"), std::string::npos) << one.text << ran.all();
    }
  }
}

// Whether the program has said that it wants to hear of that signal itself.
auto catches(pid_t child, int signal) -> bool {
  std::ifstream status("/proc/" + std::to_string(child) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("SigCgt:")) return (std::stoull(line.substr(7), nullptr, 16) >> (signal - 1) & 1) != 0;
  }
  return false;
}

TEST(Bounds, ALongEvaluationEndsWhenItIsToldTo) {
  for (const auto& [signal, status] : {std::pair{SIGINT, 130}, {SIGTERM, 143}}) {
    for (const std::vector<std::string>& words : {std::vector<std::string>{"plan"}, {"apply", "--auto-approve"}, {"console", "n"}}) {
      SCOPED_TRACE(words[0] + " " + std::to_string(signal));
      test::Program program;
      // As many steps as an expression may take, in each of many.
      std::string text = "fabric \"long\" {}\n";
      for (int i = 0; i < 100; ++i) text += "let n" + std::to_string(i) + " = length([for a in range(10000): length([for b in range(1000): a + b])])\n";
      program.files().write("main.fabric", text + "let n = n0 + n99\nresource a: local.Data { value = n }\n");
      pid_t child = program.start({.arguments = words, .apart = true});
      while (!catches(child, signal)) ::sched_yield();
      ASSERT_EQ(::kill(child, signal), 0);
      auto ran = program.finish(child);
      EXPECT_EQ(ran.exit, status) << ran.all();
      EXPECT_EQ(::access(program.files().path(".weft").c_str(), F_OK), -1) << "something was made\n" << ran.all();
    }
  }
}

}  // namespace
}  // namespace weft
