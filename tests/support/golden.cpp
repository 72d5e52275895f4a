#include "tests/support/golden.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "lang/base/check.h"
#include "lang/base/text.h"
#include "lang/os/files.h"

namespace weft::test {

namespace {

constexpr std::string_view kPart = "--- ";
constexpr std::string_view kExpect = "expect";
constexpr uint64_t kLargest = 16U << 20;

// One line with its newline, taken off the front.
auto take_line(std::string_view& text) -> std::string_view {
  size_t newline = text.find('\n');
  std::string_view line = text.substr(0, newline == std::string_view::npos ? text.size() : newline + 1);
  text.remove_prefix(line.size());
  return line;
}

// In a part, any number of backslashes before `--- ` stands for one less.
auto is_guarded(std::string_view line) -> bool {
  size_t slashes = line.find_first_not_of('\\');
  return slashes != std::string_view::npos && line.substr(slashes).starts_with(kPart);
}
auto guarded(std::string_view text) -> std::string {
  std::string out;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    if (is_guarded(line)) out += '\\';
    out += line;
  }
  return out;
}

auto arguments_of(std::string_view line) -> Result<std::vector<std::string>> {
  std::vector<std::string> arguments;
  std::string current;
  bool begun = false;
  bool quoted = false;
  for (char c : line) {
    if (c == '"') {
      quoted = !quoted;
      begun = true;
    } else if (c == ' ' && !quoted) {
      if (begun) arguments.push_back(std::exchange(current, {}));
      begun = false;
    } else {
      current += c;
      begun = true;
    }
  }
  if (quoted) return fail(Code::kInvalid, "`run:` with a quotation mark that is not closed");
  if (begun) arguments.push_back(current);
  return arguments;
}

auto setting(const char* name) -> std::string {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// The lines around the first difference; the whole texts are in the file and in the diff after tests/accept.
auto difference(const std::string& expected, const std::string& got) -> std::string {
  auto a = split(expected, '\n');
  auto b = split(got, '\n');
  size_t first = 0;
  while (first < a.size() && first < b.size() && a[first] == b[first]) ++first;
  auto part = [&](const std::vector<std::string_view>& lines, std::string_view sign) {
    std::string out;
    for (size_t i = first; i < std::min(lines.size(), first + 8); ++i) out.append(sign).append(lines[i]).append("\n");
    return out;
  };
  std::string out = "first difference in line " + std::to_string(first + 1) + " of the output\n";
  for (size_t i = first - std::min<size_t>(first, 2); i < first; ++i) out.append("  ").append(a[i]).append("\n");
  return out + part(a, "- ") + part(b, "+ ");
}

auto cases_under(const std::string& path) -> Result<std::vector<std::string>> {
  std::string root = join_path(WEFT_SOURCE_DIR, path);
  TRY(info, real_files().info(root));
  if (info.kind == FileKind::kFile) return std::vector<std::string>{root};
  TRY(names, walk(real_files(), root, {}));
  std::vector<std::string> out;
  for (const auto& name : names) {
    if (name.ends_with(".t")) out.push_back(join_path(root, name));
  }
  return out;
}

void run_one(const std::string& path, const std::function<std::string(const GoldenCase&)>& run) {
  SCOPED_TRACE(path);
  auto text = real_files().read(path, kLargest);
  ASSERT_TRUE(text.has_value()) << text.error().text;
  auto parsed = parse_golden(path, *text);
  ASSERT_TRUE(parsed.has_value()) << parsed.error().text;
  std::string output = run(*parsed);
  if (!output.empty() && !output.ends_with('\n')) output += '\n';
  if (!setting("WEFT_ACCEPT").empty()) {
    std::string accepted = write_golden(*parsed, output);
    if (accepted == *text) return;
    auto written = real_files().write_atomic(path, accepted, 0644);
    ASSERT_TRUE(written.has_value()) << written.error().text;
    return;
  }
  if (!parsed->expected) {
    ADD_FAILURE() << "no `--- expect` yet; tests/accept writes it";
  } else if (output != *parsed->expected) {
    ADD_FAILURE() << difference(*parsed->expected, output);
  }
}

}  // namespace

auto GoldenCase::file(std::string_view wanted) const -> const std::string& {
  for (const auto& one : files) {
    if (wanted.empty() ? files.size() == 1 : one.name == wanted) return one.text;
  }
  CHECK(!"a golden case without the file that its test needs");
  return path;
}

auto parse_golden(std::string path, std::string_view text) -> Result<GoldenCase> {
  GoldenCase out;
  out.name = file_name(path);
  if (out.name.ends_with(".t")) out.name.resize(out.name.size() - 2);
  out.path = std::move(path);
  std::string* part = nullptr;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    if (line.starts_with(kPart)) {
      if (out.expected) return fail(Code::kInvalid, "`--- expect` is the last part; nothing may follow it");
      std::string name(trim(line.substr(kPart.size())));
      if (name.empty()) return fail(Code::kInvalid, "`--- ` without the name of a file");
      if (name == kExpect) {
        part = &out.expected.emplace();
      } else {
        part = &out.files.emplace_back(GoldenFile{.name = std::move(name), .text = {}}).text;
      }
    } else if (part != nullptr) {
      bool guard = line.starts_with('\\') && is_guarded(line);
      part->append(guard ? line.substr(1) : line);
    } else {
      out.head += line;
      std::string_view words = trim(line);
      if (words.empty() || words.starts_with('#')) continue;
      size_t colon = words.find_first_not_of("abcdefghijklmnopqrstuvwxyz-");
      if (colon == 0 || colon == std::string_view::npos || words[colon] != ':') {
        return fail(Code::kInvalid, "before the first part stand only remarks (#) and lines like `run: …`, not: " +
                                        std::string(words));
      }
      TRY(arguments, arguments_of(trim(words.substr(colon + 1))));
      out.lines.push_back({std::string(words.substr(0, colon)), std::move(arguments)});
      if (out.lines.back().word == "run") out.runs.push_back(out.lines.back().arguments);
    }
  }
  return out;
}

auto write_golden(const GoldenCase& one, std::string_view output) -> std::string {
  std::string out = one.head;
  auto add = [&](std::string_view name, std::string_view text) {
    out.append(kPart).append(name).append("\n").append(guarded(text));
    if (!text.empty() && !text.ends_with('\n')) out += '\n';
  };
  for (const auto& file : one.files) add(file.name, file.text);
  add(kExpect, output);
  return out;
}

void run_golden(const std::string& path, const std::function<std::string(const GoldenCase&)>& run) {
  auto cases = cases_under(path);
  ASSERT_TRUE(cases.has_value()) << cases.error().text;
  ASSERT_FALSE(cases->empty()) << "no *.t file under " << path;
  std::string filter = setting("WEFT_GOLDEN");
  for (const auto& one : *cases) {
    if (one.find(filter) != std::string::npos) run_one(one, run);
  }
}

}  // namespace weft::test
