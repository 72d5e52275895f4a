#include "tests/support/script.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <regex>
#include <utility>
#include <vector>

#include "lang/base/text.h"
#include "tests/support/program.h"

namespace weft::test {

namespace {

namespace fs = std::filesystem;

auto host_name() -> std::string {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "unknown";
}

class Player {
 public:
  explicit Player(const GoldenCase& one) : case_(one) {
    for (const GoldenFile& file : one.files) {
      if (!file.name.starts_with("later/")) program_.files().write(file.name, file.text);
    }
  }
  ~Player() {
    if (begun_) program_.finish(*begun_);
    std::error_code ignored;
    for (const std::string& path : changed_) fs::permissions(path, fs::perms::owner_all, ignored);
  }

  auto play() -> std::string {
    for (const GoldenLine& line : case_.lines) step(line);
    return normal(std::move(out_), program_.folder());
  }

 private:
  void step(const GoldenLine& line) {
    const auto& words = line.arguments;
    auto word = [&](size_t i) -> std::string {
      if (i < words.size()) return words[i];
      ADD_FAILURE() << "`" << line.word << ":` wants more words";
      return {};
    };
    auto path = [&](size_t i) { return program_.folder() + "/" + word(i); };
    if (line.word == "run") shown(words);
    else if (line.word == "quietly") quietly(words);
    else if (line.word == "crash") crash(word(0), {words.begin() + 1, words.end()});
    else if (line.word == "edit") program_.files().write(word(0), case_.file(word(1)));
    else if (line.word == "remove") fs::remove_all(path(0));
    else if (line.word == "mode") mode(path(0), word(1));
    else if (line.word == "env") environment_.push_back(word(0));
    else if (line.word == "terminal") columns_ = static_cast<uint16_t>(std::stoi(word(0)));
    else if (line.word == "type") typed_ += join(words, " ") + "\n";
    else if (line.word == "fifo") EXPECT_EQ(::mkfifo(path(0).c_str(), 0600), 0) << path(0);
    else if (line.word == "begin") begun_ = program_.start(request(words));
    else if (line.word == "await") await(path(0));
    else if (line.word == "release") std::ofstream gate(path(0));
    else if (line.word == "end") end();
    else ADD_FAILURE() << "a script has no word `" << line.word << "`";
  }

  auto request(const std::vector<std::string>& words) -> RunRequest {
    RunRequest out{.arguments = words, .environment = {"WEFT_USER=deploy", "WEFT_PROGRESS=none"}, .input = std::exchange(typed_, {}), .columns = columns_};
    out.environment.insert(out.environment.end(), environment_.begin(), environment_.end());
    // What is typed ends where a terminal says so: Ctrl-D.
    if (columns_ > 0 && !out.input.empty()) out.input += '\x04';
    return out;
  }

  void shown(const std::vector<std::string>& words) {
    out_ += out_.empty() ? "$ weft" : "\n$ weft";
    for (const std::string& word : words) out_ += " " + shell_quote(word);
    out_ += "\n";
    Ran ran = program_.run(request(words));
    out_ += ran.out;
    if (!ran.out.empty() && !ran.out.ends_with('\n')) out_ += "\n";
    if (ran.exit != 0) out_ += "[exit " + std::to_string(ran.exit) + "]\n";
  }

  void quietly(const std::vector<std::string>& words) {
    Ran ran = program_.run(request(words));
    EXPECT_EQ(ran.exit, 0) << "weft " << join(words, " ") << "\n" << ran.all();
  }

  void crash(const std::string& point, const std::vector<std::string>& words) {
    RunRequest killed = request(words);
    killed.environment.push_back("WEFT_CRASH=" + point);
    Ran ran = program_.run(killed);
    EXPECT_TRUE(ran.killed()) << point << " was not reached\n" << ran.all();
  }

  void mode(const std::string& path, const std::string& octal) {
    fs::permissions(path, static_cast<fs::perms>(std::stoul(octal, nullptr, 8)));
    changed_.push_back(path);
  }

  static void await(const std::string& path) {
    std::ifstream in(path);  // opened only when somebody writes
    std::string line;
    std::getline(in, line);
  }

  void end() {
    if (!begun_) {
      ADD_FAILURE() << "nothing was begun";
      return;
    }
    Ran ran = program_.finish(*std::exchange(begun_, std::nullopt));
    EXPECT_EQ(ran.exit, 0) << ran.all();
  }

  const GoldenCase& case_;
  Program program_;
  std::string out_;
  std::vector<std::string> environment_;
  std::string typed_;
  uint16_t columns_ = 0;
  std::optional<pid_t> begun_;
  std::vector<std::string> changed_;
};

}  // namespace

auto play(const GoldenCase& one) -> std::string { return Player(one).play(); }

auto normal(std::string text, const std::string& folder) -> std::string {
  auto all = [&](const std::string& from, const std::string& to) {
    for (size_t at = 0; !from.empty() && (at = text.find(from, at)) != std::string::npos; at += to.size()) text.replace(at, from.size(), to);
  };
  all(folder, "/fabric");
  all(" on " + host_name(), " on host");
  static const std::vector<std::pair<std::regex, std::string>> kRules = {
      // Runs, drawn identities, operation ids, digests.
      {std::regex(R"(\br-[0-9a-f]{4,})"), "r-0000"},
      {std::regex(R"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"), "00000000-0000-0000-0000-000000000000"},
      {std::regex(R"(\b[0-9a-f]{32}\b)"), "00000000000000000000000000000000"},
      // How a run's transactions are cut depends on what ends at the same time.
      {std::regex(R"(@[1-9][0-9]* {2,})"), "@N  "},
      {std::regex(R"(@[1-9][0-9]*)"), "@N"},
      // Clocks and spans of time.
      {std::regex(R"(\b20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}\b)"), "2000-01-01 00:00"},
      {std::regex(R"(\b([0-9]+m[0-9]{2}s|[0-9]+\.[0-9]s)\b)"), "0.0s"},
      {std::regex(R"((after|for|sign|waited) [0-9]+s\b)"), "$1 0s"},
      {std::regex(R"((^|\n)[0-9]{2}:[0-9]{2} )"), "$0100:00 "},
      {std::regex(R"(\bprocess [0-9]+ on this machine)"), "process 0 on this machine"},
      {std::regex(R"((last changed|on host,) [0-9]{2}:[0-9]{2}\b)"), "$1 00:00"},
      {std::regex(R"(\bweft [0-9]+\.[0-9]+\.[0-9]+ \([^)]*\))"), "weft 0.0.0 (0000000, linux x86_64)"},
  };
  for (const auto& [pattern, by] : kRules) text = std::regex_replace(text, pattern, by);
  // Tables whose columns are as wide as what was replaced.
  static const std::regex kTable(R"((^|\n)(VERSIONS|@N)[^\n]*)");
  std::string out;
  size_t done = 0;
  for (std::sregex_iterator it(text.begin(), text.end(), kTable), end; it != end; ++it) {
    out.append(text, done, static_cast<size_t>(it->position()) - done);
    out += std::regex_replace(it->str(), std::regex("  +"), "  ");
    done = static_cast<size_t>(it->position() + it->length());
  }
  return out + text.substr(done);
}

}  // namespace weft::test
