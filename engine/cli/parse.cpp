#include "engine/cli/parse.h"

#include <algorithm>
#include <deque>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "lang/base/text.h"

namespace weft::cli {

namespace {

auto all_options(const Verb& verb) -> std::vector<Option> {
  std::vector<Option> out;
  auto add = [&](const Option& option) {
    bool known = std::any_of(out.begin(), out.end(), [&](const Option& other) { return other.name == option.name; });
    if (!known) out.push_back(option);
  };
  for (const OptionRow& row : verb.options) {
    for (const Option& option : row.options) add(option);
  }
  for (const Option& option : everywhere_options()) add(option);
  return out;
}

auto takes_value(std::string_view name) -> bool {
  for (const Option& option : everywhere_options()) {
    if (option.name == name) return !option.value.empty();
  }
  return false;
}

// "full|changed|none" lists what may be given; "FILE" does not.
auto choices(std::string_view value) -> std::vector<std::string_view> {
  if (value.find('|') == std::string_view::npos) return {};
  return split(value, '|');
}

auto unknown_option(const Verb& verb, const std::vector<Option>& options, const std::string& word) -> UsageError {
  std::string name = word.substr(0, word.find('='));
  std::vector<std::string_view> names;
  for (const Option& option : options) names.push_back(option.name);
  UsageError error{fmt::format("weft {} has no option `{}`", verb.name, name), {}};
  if (auto likely = nearest(name, names); !likely.empty()) error.hint = fmt::format("did you mean `{}`?", likely);
  return error;
}

// CLI11 would read `--flag=false` as a flag that is given, which is the opposite of what it says; and `--env --json` as an
// environment with an odd name.
auto wrong_value(const std::vector<Option>& options, const std::vector<std::string>& words) -> std::optional<UsageError> {
  for (size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    auto equals = words[i].find('=');
    auto option = std::ranges::find(options, std::string_view(words[i]).substr(0, equals), &Option::name);
    if (option == options.end()) continue;
    if (!option->value.empty()) {
      if (equals != std::string::npos) continue;
      // Behind a sign its value may look like anything; standing alone, what looks like an option was meant as one.
      bool is_option = ++i < words.size() && (words[i].starts_with("--") || std::ranges::find(options, words[i], &Option::name) != options.end());
      if (is_option) return UsageError{fmt::format("`{}` needs a value: {} {}", option->name, option->name, option->value), {}};
    } else if (equals != std::string::npos) {
      return UsageError{fmt::format("`{}` takes no value", option->name), fmt::format("write `{}`, or leave it out.", option->name)};
    }
  }
  return std::nullopt;
}

auto is_written(const Option& option) -> bool { return option.value == "FILE" && option.name != "--inputs" && option.name != "--plan"; }

// What a fabric is made of is written by people, and its state by runs alone. Of an option that is written to.
auto overwrites_source(const Option& option, const std::string& file) -> std::optional<UsageError> {
  auto parts = split(file, '/');
  if (std::ranges::find(parts, ".weft") != parts.end()) {
    return UsageError{fmt::format("`{} {}` would write among the files of the state", option.name, file), "give it a place of its own."};
  }
  if (!(file.ends_with(".fabric") || file.ends_with(".inputs"))) return std::nullopt;
  return UsageError{fmt::format("`{} {}` would write over a file of a fabric", option.name, file), "give it another name."};
}

auto check_values(const Verb& verb, const std::vector<Option>& options, const Arguments& arguments) -> std::optional<UsageError> {
  std::map<std::string, std::string_view> written;  // file → the option that writes it
  for (const Option& option : options) {
    auto given = arguments.values.find(option.name);
    if (given == arguments.values.end()) continue;
    if (!option.many && given->second.size() > 1) {
      return UsageError{fmt::format("`{}` is given {} times", option.name, given->second.size()), {}};
    }
    for (const std::string& value : given->second) {
      if (!is_written(option)) break;
      if (auto wrong = overwrites_source(option, value)) return wrong;
      if (value.starts_with("/dev/")) continue;
      auto [other, fresh] = written.try_emplace(value, option.name);
      if (!fresh) return UsageError{fmt::format("`{}` and `{}` would both write {}", other->second, option.name, value), "give each a file of its own."};
    }
    auto allowed = choices(option.value);
    if (allowed.empty()) continue;
    for (const std::string& value : given->second) {
      if (std::find(allowed.begin(), allowed.end(), value) != allowed.end()) continue;
      return UsageError{fmt::format("`{}` takes {}, not `{}`", option.name, fmt::join(allowed, ", "), value), {}};
    }
  }
  size_t least = 0;
  bool many = false;
  for (const Operand& operand : verb.operands) {
    least += operand.optional ? 0 : 1;
    many = many || operand.many;
  }
  size_t count = arguments.operands.size();
  if (count < least) return UsageError{fmt::format("weft {} needs {}", verb.name, verb.operands[count].name), {}};
  if (!many && count > verb.operands.size()) {
    return UsageError{fmt::format("weft {} takes {}, `{}` is too much", verb.name,
                                  verb.operands.empty() ? "only options" : counted(verb.operands.size(), "word"),
                                  arguments.operands[verb.operands.size()]), {}};
  }
  return std::nullopt;
}

}  // namespace

auto Arguments::get(std::string_view name) const -> std::string {
  auto found = values.find(name);
  return found == values.end() || found->second.empty() ? std::string() : found->second.back();
}

auto Arguments::all(std::string_view name) const -> std::vector<std::string> {
  auto found = values.find(name);
  return found == values.end() ? std::vector<std::string>() : found->second;
}

auto parse(const Verb& verb, const std::vector<std::string>& words) -> std::expected<Arguments, UsageError> {
  std::vector<Option> options = all_options(verb);
  if (auto wrong = wrong_value(options, words)) return std::unexpected(std::move(*wrong));
  Arguments arguments;
  try {
    CLI::App app;
    app.set_help_flag();
    app.allow_extras();
    std::deque<std::vector<std::string>> values;  // their addresses are kept by CLI11
    std::deque<int> flags;
    std::vector<std::pair<const Option*, CLI::Option*>> rows;
    for (const Option& option : options) {
      if (option.value.empty()) {
        flags.push_back(0);
        rows.emplace_back(&option, app.add_flag(std::string(option.name), flags.back()));
        continue;
      }
      values.emplace_back();
      auto* row = app.add_option(std::string(option.name), values.back());
      row->allow_extra_args(false)->expected(1)->take_all();
      rows.emplace_back(&option, row);
    }
    std::vector<std::string> reversed(words.rbegin(), words.rend());
    app.parse(reversed);
    for (const auto& [option, row] : rows) {
      if (row->count() == 0) continue;
      arguments.values[std::string(option->name)] = option->value.empty() ? std::vector<std::string>{""} : row->results();
    }
    bool only_operands = false;
    for (const std::string& word : app.remaining()) {
      if (word == "--" && !only_operands) {
        only_operands = true;
        continue;
      }
      if (!only_operands && word.size() > 1 && word[0] == '-') return std::unexpected(unknown_option(verb, options, word));
      arguments.operands.push_back(word);
    }
  } catch (const CLI::ParseError& error) {
    for (const Option& option : options) {
      bool bare = std::any_of(words.begin(), words.end(), [&](const std::string& word) {
        return word == option.name || word == std::string(option.name) + "=";
      });
      if (bare && !option.value.empty() && std::string_view(error.what()).find(option.name) != std::string_view::npos) {
        return std::unexpected(UsageError{fmt::format("`{}` needs a value: {} {}", option.name, option.name, option.value), {}});
      }
    }
    return std::unexpected(UsageError{error.what(), {}});
  }
  if (arguments.has("--help")) return arguments;
  if (auto wrong = check_values(verb, options, arguments)) return std::unexpected(std::move(*wrong));
  return arguments;
}

auto split_verb(const std::vector<std::string>& words) -> Split {
  Split out;
  size_t i = 0;
  for (; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word.size() < 2 || word[0] != '-') break;
    out.words.push_back(word);
    if (takes_value(word) && i + 1 < words.size()) out.words.push_back(words[++i]);
  }
  if (i < words.size()) {
    out.verb = words[i++];
    // Two-word verbs: `state list`, `debug tokens`.
    bool family = std::any_of(verb_rows().begin(), verb_rows().end(),
                              [&](const VerbRow& row) { return row.name.starts_with(out.verb + " "); });
    if (family && i < words.size() && words[i][0] != '-') out.verb += " " + words[i++];
  }
  for (; i < words.size(); ++i) out.words.push_back(words[i]);
  return out;
}

}  // namespace weft::cli
