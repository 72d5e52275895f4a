// weft completion: scripts for shells, made from the list of verbs.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "engine/cli/session.h"
#include "engine/cli/verbs.h"
#include "engine/view/json_text.h"
#include "lang/base/text.h"

namespace weft::cli {

namespace {

constexpr const char* kStarts = "local aws k8s empty";  // of `init --from`

struct Completed {
  std::string name;
  std::string brief;
  std::vector<Option> options;  // of the verb, and those of every verb
  std::string operand;          // "FILE", "DIR", words to choose from; empty: nothing that could be offered
};

// What may stand where help says NAME, ADDRESS and so on; what is not listed is not known without a plan or a state.
auto offered(std::string_view operand) -> std::string {
  if (operand == "FILE" || operand == "PLAN") return "FILE";
  if (operand == "FOLDER") return "DIR";
  return operand == "SHELL" ? "bash zsh fish" : "";
}

auto completed() -> std::vector<Completed> {
  std::vector<Completed> out;
  for (const VerbRow& row : verb_rows()) {
    Verb verb = row.make();
    Completed one{std::string(row.name), std::string(row.brief), {}, verb.operands.empty() ? "" : offered(verb.operands[0].name)};
    std::set<std::string_view> seen;
    auto add = [&](const Option& option) {
      if (seen.insert(option.name).second) one.options.push_back(option);
    };
    for (const OptionRow& group : verb.options) {
      for (const Option& option : group.options) add(option);
    }
    for (const Option& option : everywhere_options()) add(option);
    std::ranges::sort(one.options, {}, &Option::name);
    out.push_back(std::move(one));
  }
  return out;
}

// First words of all verbs, and the second words of each family.
auto first_words() -> std::vector<std::string> {
  std::vector<std::string> words;
  for (const VerbRow& row : verb_rows()) {
    std::string word(row.name.substr(0, row.name.find(' ')));
    if (words.empty() || words.back() != word) words.push_back(word);
  }
  return words;
}

auto second_words(std::string_view family) -> std::vector<std::string> {
  std::vector<std::string> words;
  for (const VerbRow& row : verb_rows()) {
    if (row.name.starts_with(std::string(family) + " ")) words.emplace_back(row.name.substr(family.size() + 1));
  }
  return words;
}

auto choices_of(const Option& option) -> std::string {
  if (option.name == "--from") return kStarts;
  if (option.value.find('|') == std::string_view::npos) return {};
  std::string words(option.value);
  std::ranges::replace(words, '|', ' ');
  return words;
}

auto bash() -> std::string {
  std::string out = R"(# Completion of weft for bash:  source <(weft completion bash)
# Those that have a state here. (compgen -W would run what stands in their names.)
_weft_environments() {
  local name
  for name in "${folder:-.}"/.weft/state/*/; do
    name=${name%/} name=${name##*/}
    if [[ $name != '*' && $name == "$word"* ]]; then COMPREPLY+=("$name"); fi
  done
}
_weft() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} verb= folder= i w
  for ((i = 1; i < COMP_CWORD; i++)); do
    w=${COMP_WORDS[i]}
    case $w in
      -C) folder=${COMP_WORDS[++i]} ;;
      --json-to|--color|--progress|--trace) ((i++)) ;;
      -*) ;;
      *) if [ -z "$verb" ]; then verb=$w; elif [ "$verb" = state ] || [ "$verb" = debug ]; then verb="$verb $w"; break; else break; fi ;;
    esac
  done
  case $before in
)";
  std::set<std::string> done;
  for (const Completed& one : completed()) {
    for (const Option& option : one.options) {
      if (option.value.empty() || !done.insert(std::string(option.name)).second) continue;
      std::string words = choices_of(option);
      if (!words.empty()) out += fmt::format("    {}) COMPREPLY=($(compgen -W '{}' -- \"$word\")); return ;;\n", option.name, words);
      else if (option.value == "FILE") out += fmt::format("    {}) COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n", option.name);
      else if (option.value == "DIR") out += fmt::format("    {}) COMPREPLY=($(compgen -d -- \"$word\")); return ;;\n", option.name);
      else if (option.value == "ENV") out += fmt::format("    {}) _weft_environments; return ;;\n", option.name);
      else out += fmt::format("    {}) return ;;\n", option.name);
    }
  }
  out += "  esac\n  case $verb in\n";
  out += fmt::format("    '') COMPREPLY=($(compgen -W '{} --help --version' -- \"$word\")) ;;\n", join(first_words(), " "));
  for (std::string_view family : {"state", "debug"}) {
    out += fmt::format("    {}) COMPREPLY=($(compgen -W '{}' -- \"$word\")) ;;\n", family, join(second_words(family), " "));
  }
  for (const Completed& one : completed()) {
    std::vector<std::string> names;
    for (const Option& option : one.options) names.emplace_back(option.name);
    std::string operand = one.operand == "FILE"  ? "COMPREPLY=($(compgen -f -- \"$word\"))"
                          : one.operand == "DIR" ? "COMPREPLY=($(compgen -d -- \"$word\"))"
                          : one.operand.empty()  ? "COMPREPLY=()"
                                                 : fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$word\"))", one.operand);
    out += fmt::format("    '{}') if [[ $word == -* ]]; then COMPREPLY=($(compgen -W '{}' -- \"$word\")); else {}; fi ;;\n", one.name, join(names, " "),
                       operand);
  }
  return out + "  esac\n}\ncomplete -o filenames -F _weft weft\n";
}

auto zsh_quote(std::string_view text) -> std::string {
  std::string out;
  for (char c : text) {
    if (c == '\'') out += "'\\''";
    else if (c == '[' || c == ']' || c == ':') out += std::string("\\") + c;
    else out += c;
  }
  return out;
}

auto zsh() -> std::string {
  std::string out = R"(#compdef weft
# Completion of weft for zsh:  weft completion zsh > "${fpath[1]}/_weft"
_weft_environments() {
  local -a names
  names=("${folder:-.}"/.weft/state/*(N/:t))
  compadd -a names
}
_weft() {
  local -a verbs
  local verb= folder= i
  for ((i = 2; i < CURRENT; i++)); do
    case ${words[i]} in
      -C) folder=${words[++i]} ;;
      --json-to|--color|--progress|--trace) ((i++)) ;;
      -*) ;;
      *) if [[ -z $verb ]]; then verb=${words[i]}
         elif [[ $verb == state || $verb == debug ]]; then verb="$verb ${words[i]}"; break
         else break; fi ;;
    esac
  done
  case $verb in
)";
  out += "    '') verbs=(";
  std::set<std::string> seen;
  for (const VerbRow& row : verb_rows()) {
    std::string word(row.name.substr(0, row.name.find(' ')));
    if (!seen.insert(word).second) continue;
    bool family = row.name.find(' ') != std::string_view::npos;
    out += fmt::format("\n      '{}:{}'", word, family ? "verbs of their own" : zsh_quote(row.brief));
  }
  out += ")\n      _describe verb verbs ;;\n";
  for (std::string_view family : {"state", "debug"}) {
    out += fmt::format("    {}) _values verb {} ;;\n", family, join(second_words(family), " "));
  }
  for (const Completed& one : completed()) {
    out += fmt::format("    '{}') _arguments -S \\\n", one.name);
    for (const Option& option : one.options) {
      std::string action;
      if (!option.value.empty()) {
        std::string words = choices_of(option);
        action = !words.empty()            ? fmt::format(":value:({})", words)
                 : option.value == "FILE"  ? ":file:_files"
                 : option.value == "DIR"   ? ":folder:_files -/"
                 : option.value == "ENV"   ? ":environment:_weft_environments"
                                           : fmt::format(":{}: ", option.value);
      }
      out += fmt::format("      '{}{}[{}]{}' \\\n", option.many ? "*" : "", option.name, zsh_quote(option.text), action);
    }
    out += one.operand == "FILE"  ? "      '*:file:_files' ;;\n"
           : one.operand == "DIR" ? "      '*:folder:_files -/' ;;\n"
           : one.operand.empty()  ? "      '*: : ' ;;\n"
                                  : fmt::format("      '*:word:({})' ;;\n", one.operand);
  }
  return out + "  esac\n}\n_weft \"$@\"\n";
}

auto fish_quote(std::string_view text) -> std::string {
  std::string out = "'";
  for (char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

auto fish() -> std::string {
  std::string out = "# Completion of weft for fish:  weft completion fish > ~/.config/fish/completions/weft.fish\ncomplete -c weft -f\n"
                    "function __weft_environments\n  for e in .weft/state/*/\n    basename -- $e\n  end\nend\n";
  std::set<std::string> seen;
  std::string firsts = join(first_words(), " ");
  for (const VerbRow& row : verb_rows()) {
    size_t space = row.name.find(' ');
    if (space == std::string_view::npos) {
      out += fmt::format("complete -c weft -n 'not __fish_seen_subcommand_from {}' -a {} -d {}\n", firsts, row.name, fish_quote(row.brief));
      continue;
    }
    std::string family(row.name.substr(0, space));
    if (seen.insert(family).second) {
      out += fmt::format("complete -c weft -n 'not __fish_seen_subcommand_from {}' -a {}\n", firsts, family);
    }
    out += fmt::format("complete -c weft -n '__fish_seen_subcommand_from {}; and not __fish_seen_subcommand_from {}' -a {} -d {}\n", family,
                       join(second_words(family), " "), row.name.substr(space + 1), fish_quote(row.brief));
  }
  for (const Completed& one : completed()) {
    std::string last = one.name.substr(one.name.rfind(' ') == std::string::npos ? 0 : one.name.rfind(' ') + 1);
    for (const Option& option : one.options) {
      std::string flag = option.name.starts_with("--") ? fmt::format("-l {}", option.name.substr(2)) : fmt::format("-s {}", option.name.substr(1));
      std::string value;
      if (std::string words = choices_of(option); !words.empty()) value = fmt::format(" -x -a '{}'", words);
      else if (option.value == "FILE" || option.value == "DIR") value = " -r -F";
      else if (option.value == "ENV") value = " -x -a '(__weft_environments)'";
      else if (!option.value.empty()) value = " -x";
      out += fmt::format("complete -c weft -n '__fish_seen_subcommand_from {}' {}{} -d {}\n", last, flag, value, fish_quote(option.text));
    }
    std::string operand = one.operand == "FILE" || one.operand == "DIR" ? "-F" : fmt::format("-a '{}'", one.operand);
    if (!one.operand.empty()) out += fmt::format("complete -c weft -n '__fish_seen_subcommand_from {}' {}\n", last, operand);
  }
  return out;
}

auto run_completion(Session& session) -> int {
  std::string shell = session.args().operand(0);
  std::string script;
  if (shell == "bash") script = bash();
  else if (shell == "zsh") script = zsh();
  else if (shell == "fish") script = fish();
  else {
    session.failure(Failure{Code::kInvalid, fmt::format("there is no completion for `{}`", shell), "there is bash, zsh and fish"}, false);
    return kUsage;
  }
  session.answer(script);
  session.log().write(draw::JsonObject().add("type", "info").add("name", shell).add("text", script).members());
  return kOk;
}

}  // namespace

auto completion_verb() -> Verb {
  return {.name = "completion",
          .summary = "Print a completion script for a shell.",
          .operands = {{"SHELL", "bash, zsh or fish"}},
          .examples = {{"source <(weft completion bash)", "in ~/.bashrc"},
                       {"weft completion zsh > \"${fpath[1]}/_weft\"", "once"},
                       {"weft completion fish | source", "in config.fish"}},
          .exit = "0",
          .run = run_completion};
}

}  // namespace weft::cli
