// semver.*: versions as semver.org orders them.
#include <array>
#include <charconv>

#include "lang/base/text.h"
#include "stdlib/functions/parts.h"

namespace weft::functions {

namespace {

struct Version {
  std::array<uint64_t, 3> numbers{};
  int given = 0;  // how many numbers were written: "1.2" has 2
  std::vector<std::string> pre{};
};

auto is_identifier(std::string_view text) -> bool {
  if (text.empty()) return false;
  for (char c : text) {
    bool fits = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
    if (!fits) return false;
  }
  return true;
}

auto all_digits(std::string_view text) -> bool {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

auto parse_number(std::string_view text) -> std::optional<uint64_t> {
  uint64_t number = 0;
  auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  bool zero = text.size() > 1 && text.front() == '0';
  if (error != std::errc() || stop != text.data() + text.size() || zero) return std::nullopt;
  return number;
}

// "1.2.3-rc.1+build", with or without a `v`; when `partial`, "1", "1.2" and "1.x" too.
auto parse_version(std::string_view text, bool partial) -> std::optional<Version> {
  if (text.starts_with('v')) text.remove_prefix(1);
  Version version;
  if (auto plus = text.find('+'); plus != std::string_view::npos) {
    for (auto part : split(text.substr(plus + 1), '.')) {
      if (!is_identifier(part)) return std::nullopt;
    }
    text = text.substr(0, plus);
  }
  auto dash = text.find('-');
  if (dash != std::string_view::npos) {
    for (auto part : split(text.substr(dash + 1), '.')) {
      bool zero = part.size() > 1 && part.front() == '0' && all_digits(part);
      if (!is_identifier(part) || zero) return std::nullopt;
      version.pre.emplace_back(part);
    }
    text = text.substr(0, dash);
  }
  for (auto part : split(text, '.')) {
    if (version.given == 3) return std::nullopt;
    bool any = partial && (part == "x" || part == "*");
    if (any) return version.pre.empty() ? std::optional(version) : std::nullopt;
    auto number = parse_number(part);
    if (!number) return std::nullopt;
    version.numbers[static_cast<size_t>(version.given++)] = *number;
  }
  if (version.given < 3 && (!partial || !version.pre.empty())) return std::nullopt;
  return version;
}

auto compare_identifiers(const std::string& a, const std::string& b) -> int {
  bool a_number = all_digits(a);
  bool b_number = all_digits(b);
  if (a_number != b_number) return a_number ? -1 : 1;
  // Numbers without leading zeros: the longer one is the larger.
  if (a_number && a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return a.compare(b) < 0 ? -1 : a == b ? 0 : 1;
}

auto compare_versions(const Version& a, const Version& b) -> int {
  if (a.numbers != b.numbers) return a.numbers < b.numbers ? -1 : 1;
  // A version without a pre-release part is later than one with it.
  if (a.pre.empty() != b.pre.empty()) return a.pre.empty() ? 1 : -1;
  for (size_t i = 0; i < a.pre.size() && i < b.pre.size(); ++i) {
    if (int order = compare_identifiers(a.pre[i], b.pre[i])) return order;
  }
  return a.pre.size() == b.pre.size() ? 0 : a.pre.size() < b.pre.size() ? -1 : 1;
}

auto compare(const Arguments& arguments) -> Result<Value> {
  std::array<Version, 2> versions;
  for (size_t i = 0; i < 2; ++i) {
    auto version = parse_version(arguments[i].as_string(), false);
    if (!version)
      return refused("semver.compare",
                     quoted(arguments[i].as_string()) + " is no version such as 1.4.2 or 2.0.0-rc.1");
    versions[i] = std::move(*version);
  }
  return Value::integer(compare_versions(versions[0], versions[1]));
}

// The first version that is above all those that begin with the first `kept` numbers.
auto bumped(const Version& version, int kept) -> Version {
  Version next;
  for (size_t i = 0; i < static_cast<size_t>(kept); ++i) next.numbers[i] = version.numbers[i];
  ++next.numbers[static_cast<size_t>(kept) - 1];
  // Its own pre-releases are not below it either.
  next.pre = {"0"};
  return next;
}

auto between(const Version& version, const Version& least, const Version& end) -> bool {
  return compare_versions(version, least) >= 0 && compare_versions(version, end) < 0;
}

auto in_caret(const Version& version, const Version& wanted) -> bool {
  // ^1.2.3: the same up to the first number that is not zero.
  int kept = 1;
  while (kept < wanted.given && wanted.numbers[static_cast<size_t>(kept) - 1] == 0) ++kept;
  return between(version, wanted, bumped(wanted, kept));
}

auto satisfies_one(const Version& version, std::string_view operation, const Version& wanted) -> bool {
  bool whole = wanted.given == 3;
  if (wanted.given == 0) return true;
  auto end = [&] { return bumped(wanted, wanted.given); };
  if (operation == "^") return in_caret(version, wanted);
  if (operation == "~") return between(version, wanted, bumped(wanted, std::min(wanted.given, 2)));
  if (operation == ">=") return compare_versions(version, wanted) >= 0;
  if (operation == "<") return compare_versions(version, wanted) < 0;
  if (operation == ">")
    return whole ? compare_versions(version, wanted) > 0 : compare_versions(version, end()) >= 0;
  if (operation == "<=")
    return whole ? compare_versions(version, wanted) <= 0 : compare_versions(version, end()) < 0;
  bool same = whole ? compare_versions(version, wanted) == 0 : between(version, wanted, end());
  return (operation == "!=") != same;
}

auto satisfies(const Arguments& arguments) -> Result<Value> {
  auto version = parse_version(arguments[0].as_string(), false);
  if (!version)
    return refused("semver.satisfies", quoted(arguments[0].as_string()) + " is no version such as 1.4.2");
  bool answer = true;
  bool names_pre = version->pre.empty();
  for (auto part : split(arguments[1].as_string(), ',')) {
    auto text = trim(part);
    std::string_view operation;
    for (std::string_view one : {"^", "~", ">=", "<=", "!=", ">", "<", "="}) {
      if (!operation.empty() || !text.starts_with(one)) continue;
      operation = one;
      text = trim(text.substr(one.size()));
    }
    auto wanted = parse_version(text, true);
    if (!wanted) {
      return refused("semver.satisfies",
                     quoted(trim(part)) + " is no requirement such as `^1.4`, `~1.4.2`, `>= 1.2` or `1.x`");
    }
    answer = answer && satisfies_one(*version, operation, *wanted);
    names_pre = names_pre || (!wanted->pre.empty() && wanted->numbers == version->numbers);
  }
  // Nobody gets a pre-release who did not ask for one of that version.
  return Value::boolean(answer && names_pre);
}

constexpr Function kRows[] = {
    {.name = "semver.compare",
     .signature = "(a: string, b: string) -> int",
     .text = "-1, 0 or 1: how two versions stand to each other by the rules of semver.org.",
     .example = "semver.compare(\"1.10.0\", \"1.9.3\")",
     .result = "1",
     .run = compare},
    {.name = "semver.satisfies",
     .signature = "(version: string, requirement: string) -> bool",
     .text = "Whether a version meets a requirement: `^1.4` (up to the next breaking one), `~1.4` (up to the "
             "next minor one), `=`, "
             "`!=`, `>`, `>=`, `<`, `<=`, `1.x`; several with commas between them. A pre-release only where "
             "one is named.",
     .example = "semver.satisfies(\"1.4.9\", \"^1.4, < 1.5\")",
     .result = "true",
     .run = satisfies},
};

}  // namespace

auto version_rows() -> Rows {
  return kRows;
}

}  // namespace weft::functions
