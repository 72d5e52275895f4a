#include "engine/cli/app.h"

#include <algorithm>
#include <csignal>
#include <exception>
#include <new>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "engine/cli/help.h"
#include "engine/cli/session.h"
#include "engine/cli/stream.h"
#include "engine/cli/verb.h"
#include "engine/cli/version.h"
#include "engine/view/json_text.h"
#include "lang/base/text.h"
#include "lang/os/crash.h"

namespace weft::cli {

namespace {

// Wrong words are told to people, and to whoever asked for JSON.
auto usage_error(std::string_view text, std::string_view hint, std::string_view verb = {}, bool json = false) -> int {
  Stream err(2), out(1);
  if (json) {
    JsonLog log(system_clock());
    log.to_stream(out);
    log.write(draw::JsonObject().add("type", "diagnostic").add("severity", "error").add("message", text).raw("notes", "[]")
                  .raw("help", hint.empty() ? "[]" : draw::JsonList().add(json_quote(hint)).text()).raw("fixes", "[]").members());
    log.finish(verb, kUsage);
  }
  err.write(fmt::format("error: {}\n", text));
  if (!hint.empty()) err.write(fmt::format("{}\n", hint));
  return kUsage;
}

// Help as the stream shows it, which no session has looked at yet.
auto drawn(std::string_view text, const std::vector<std::string>& typed) -> std::string {
  bool asked = std::ranges::find(typed, "--ascii") != typed.end();
  draw::Look look{.ascii = use_ascii(asked, Environment::of_process())};
  std::string out;
  for (std::string_view line : split(text, '\n')) out += (out.empty() ? "" : "\n") + draw::shown(line, look);
  return out;
}

auto answer(std::string_view text, const std::vector<std::string>& typed) -> int {
  Stream out(1), err(2);
  out.write(drawn(text, typed));
  return exit_after_writing(out, err, kOk);
}

auto asks_for_help(const std::vector<std::string>& words) -> bool {
  return std::ranges::any_of(words, [](const std::string& word) { return word == "--help" || word == "-h"; });
}

auto unknown_verb(const std::string& word) -> int {
  if (is_later_verb(word.substr(0, word.find(' ')))) {
    return usage_error(fmt::format("weft {} is not in this version yet", word), "weft --help lists what is");
  }
  std::vector<std::string_view> names;
  for (const VerbRow& row : verb_rows()) names.push_back(row.name);
  std::string_view likely = nearest(word, names);
  return usage_error(fmt::format("weft has no verb `{}`", word),
                     likely.empty() ? "weft --help lists them" : fmt::format("did you mean `weft {}`?", likely));
}

// A family's name alone: `weft state`.
auto is_family(std::string_view word) -> bool {
  for (const VerbRow& row : verb_rows()) {
    if (row.name.starts_with(std::string(word) + " ")) return true;
  }
  return false;
}

auto run_verb(const Verb& verb, const Split& split, const std::vector<std::string>& typed) -> int {
  auto arguments = parse(verb, split.words);
  if (!arguments) {
    std::string hint = arguments.error().hint;
    hint += fmt::format("{}weft {} --help has its options", hint.empty() ? "" : " ", verb.name);
    bool json = std::ranges::find(split.words, "--json") != split.words.end();
    return usage_error(arguments.error().text, hint, verb.name, json);
  }
  if (arguments->has("--help")) {
    return answer(verb_help(verb), typed);
  }
  Session session(std::move(*arguments), std::string(verb.name), typed, Environment::of_process());
  int exit = session.begin() ? verb.run(session) : kFailed;
  // Failed or refused because it was told to stop.
  if (exit == kFailed || exit == kRefused) exit = session.signal_exit().value_or(exit);
  return session.finish(exit);
}

auto dispatch(const std::vector<std::string>& typed) -> int {
  Split split = split_verb(typed);
  if (split.verb.empty()) {
    for (const std::string& word : split.words) {
      if (word == "--version" || word == "-V") {
        split.verb = "version";
        std::erase(split.words, word);
        break;
      }
    }
  }
  if (split.verb.empty() || split.verb == "help") {
    bool asked = split.verb == "help" || asks_for_help(split.words);
    if (split.verb == "help" && !split.words.empty()) {
      std::vector<std::string> names = split.words;
      std::erase_if(names, [](const std::string& word) { return word.starts_with('-'); });
      std::string asked_for = join(names, " ");
      if (const VerbRow* row = find_verb(asked_for)) {
        return answer(verb_help(row->make()), typed);
      }
      if (is_family(asked_for)) {
        return answer(family_help(asked_for), typed);
      }
      if (!names.empty()) return unknown_verb(asked_for);
    }
    if (asked || split.words.empty()) {
      // Nothing typed is a question too, but not one that a script should take for success.
      if (asked) return answer(main_help(), typed);
      Stream(2).write(drawn(main_help(), typed));
      return kUsage;
    }
    return usage_error(fmt::format("`{}` needs a verb", split.words.front()), "weft --help lists them");
  }
  for (std::string& word : split.words) {
    if (word == "-h") word = "--help";
  }
  const VerbRow* row = find_verb(split.verb);
  if (row != nullptr) return run_verb(row->make(), split, typed);
  std::string family = split.verb.substr(0, split.verb.find(' '));
  if (is_family(family)) {
    bool asked = asks_for_help(split.words);
    if (split.verb == family) {
      if (asked) return answer(family_help(family), typed);
      Stream(2).write(drawn(family_help(family), typed));
      return kUsage;
    }
  }
  return unknown_verb(split.verb);
}

}  // namespace

auto run(int argc, char** argv) -> int {
  take_closed_descriptors();
  std::signal(SIGPIPE, SIG_IGN);
  std::vector<std::string> typed(argv + (argc > 0 ? 1 : 0), argv + argc);
  if (auto crash = check_crash_setting(Environment::of_process()); !crash) return usage_error(crash.error().text, crash.error().hint);
  // No exception is part of any contract: one that arrives here is a fault of the program, like a broken CHECK.
  try {
    return dispatch(typed);
  } catch (const std::bad_alloc&) {
    Stream(2).write("error: out of memory\n");
    return kBug;
  } catch (const std::exception& exception) {
    Stream(2).write(fmt::format("error: a bug in Weft: {}\nRun it again with --trace FILE and report that file.\n", exception.what()));
    return kBug;
  }
}

}  // namespace weft::cli
