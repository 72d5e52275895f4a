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

auto asks_for(const std::vector<std::string>& words, std::string_view one, std::string_view other = {}) -> bool {
  return std::ranges::any_of(words, [&](const std::string& word) { return word == one || (!other.empty() && word == other); });
}

// Wrong words are told to people, and to whoever asked for JSON.
auto usage_error(std::string_view text, std::string_view hint, std::string_view verb, const std::vector<std::string>& typed) -> int {
  Stream err(2), out(1);
  if (asks_for(typed, "--json")) {
    JsonLog log(system_clock());
    log.to_stream(out);
    log.write(draw::JsonObject().add("type", "diagnostic").add("severity", "error").add("message", text).raw("notes", "[]")
                  .raw("help", hint.empty() ? "[]" : draw::JsonList().add(json_quote(hint)).text()).raw("fixes", "[]").members());
    log.finish(verb.empty() ? "help" : verb, kUsage);
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

// Help that was asked for: as text, or as the one fact of a stream of events.
auto answer(std::string_view text, std::string_view verb, const std::vector<std::string>& typed) -> int {
  Stream out(1), err(2);
  if (asks_for(typed, "--json")) {
    JsonLog log(system_clock());
    log.to_stream(out);
    log.write(draw::JsonObject().add("type", "info").add("name", verb.empty() ? "weft" : fmt::format("weft {}", verb)).add("text", text).members());
    log.finish("help", kOk);
  } else {
    out.write(drawn(text, typed));
  }
  return exit_after_writing(out, err, kOk);
}

// The same where words are missing: a script should not take it for success.
auto lacking(std::string_view what, std::string_view help, const std::vector<std::string>& typed) -> int {
  if (asks_for(typed, "--json")) return usage_error(fmt::format("`{}` needs a verb", what), "weft --help lists them", {}, typed);
  Stream(2).write(drawn(help, typed));
  return kUsage;
}

auto unknown_verb(const std::string& word, const std::vector<std::string>& typed) -> int {
  if (is_later_verb(word.substr(0, word.find(' ')))) {
    return usage_error(fmt::format("weft {} is not in this version yet", word), "weft --help lists what is", word, typed);
  }
  std::vector<std::string_view> names;
  for (const VerbRow& row : verb_rows()) names.push_back(row.name);
  std::string_view likely = nearest(word, names);
  return usage_error(fmt::format("weft has no verb `{}`", word),
                     likely.empty() ? "weft --help lists them" : fmt::format("did you mean `weft {}`?", likely), word, typed);
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
    return usage_error(arguments.error().text, hint, verb.name, typed);
  }
  if (arguments->has("--help")) return answer(verb_help(verb), verb.name, typed);
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
    bool asked = split.verb == "help" || asks_for(split.words, "--help", "-h");
    if (split.verb == "help" && !split.words.empty()) {
      std::vector<std::string> names = split.words;
      std::erase_if(names, [](const std::string& word) { return word.starts_with('-'); });
      std::string asked_for = join(names, " ");
      if (const VerbRow* row = find_verb(asked_for)) return answer(verb_help(row->make()), asked_for, typed);
      if (is_family(asked_for)) return answer(family_help(asked_for), asked_for, typed);
      if (!names.empty()) return unknown_verb(asked_for, typed);
    }
    // Nothing typed is a question too.
    if (asked) return answer(main_help(), {}, typed);
    if (split.words.empty()) return lacking("weft", main_help(), typed);
    return usage_error(fmt::format("`{}` needs a verb", split.words.front()), "weft --help lists them", {}, typed);
  }
  for (std::string& word : split.words) {
    if (word == "-h") word = "--help";
  }
  const VerbRow* row = find_verb(split.verb);
  if (row != nullptr) return run_verb(row->make(), split, typed);
  std::string family = split.verb.substr(0, split.verb.find(' '));
  if (is_family(family)) {
    if (split.verb == family) {
      if (asks_for(split.words, "--help")) return answer(family_help(family), family, typed);
      return lacking("weft " + family, family_help(family), typed);
    }
  }
  return unknown_verb(split.verb, typed);
}

}  // namespace

auto run(int argc, char** argv) -> int {
  take_closed_descriptors();
  std::signal(SIGPIPE, SIG_IGN);
  std::vector<std::string> typed(argv + (argc > 0 ? 1 : 0), argv + argc);
  if (auto crash = check_crash_setting(Environment::of_process()); !crash) return usage_error(crash.error().text, crash.error().hint, {}, typed);
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
