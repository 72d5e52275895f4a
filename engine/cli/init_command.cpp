// weft init: start a fabric in this folder, or make an existing one ready.
#include <algorithm>

#include <fmt/format.h>

#include "engine/cli/session.h"
#include "engine/cli/verbs.h"
#include "engine/view/json_text.h"
#include "engine/view/words.h"
#include "lang/base/text.h"

namespace weft::cli {

namespace {

// "Start from: 1 local files, 2 empty [1]:"; the choice's name, or nothing when it could not be asked.
auto choose(Session& session, const ops::InitResult& asked) -> std::optional<std::string> {
  std::string question = "Start from:";
  std::string names;
  for (size_t i = 0; i < asked.choices.size(); ++i) {
    question += fmt::format("{} {} {}", i == 0 ? "" : ",", i + 1, asked.choices[i].second);
    names += fmt::format("{}{}", i == 0 ? "" : "|", asked.choices[i].first);
  }
  auto answer = session.ask(question + " [1]:", "--from " + names);
  if (!answer) return std::nullopt;
  if (answer->empty()) return asked.choices.front().first;
  for (size_t i = 0; i < asked.choices.size(); ++i) {
    if (*answer == std::to_string(i + 1) || *answer == asked.choices[i].first) return asked.choices[i].first;
  }
  return *answer;
}

auto run_init(Session& session) -> int {
  ops::InitRequest request{.from = session.args().get("--from")};
  ops::InitResult result = ops::init(session.world(), request);
  if (result.needs_choice) {
    auto chosen = choose(session, result);
    if (!chosen) return kRefused;
    if (auto signal = session.signal_exit()) return *signal;
    request.from = *chosen;
    result = ops::init(session.world(), request);
  }
  if (int exit = session.report(result, false); exit != kOk) return exit;
  if (session.log().any()) {
    session.log().write(draw::JsonObject().add("type", "info").add("verb", "init").add_list("written", result.written).members());
  }
  bool hints = session.out_look().hints;
  if (result.written.empty()) {
    session.answer(fmt::format("Everything is ready.{}\n", hints ? "  Next:  weft plan" : ""));
    return kOk;
  }
  std::string list;
  for (size_t i = 0; i < result.written.size(); ++i) {
    list += fmt::format("{}{}", i == 0 ? "" : i + 1 == result.written.size() ? " and " : ", ", result.written[i]);
  }
  session.answer(fmt::format("Wrote {}.{}\n", list, hints ? " Next:  weft plan" : ""));
  return kOk;
}

}  // namespace

auto init_verb() -> Verb {
  return {.name = "init",
          .summary = "Start a fabric in this folder, or make an existing one ready. Nothing that exists is overwritten.",
          .examples = {{"weft init", "asks what to start from"},
                       {"weft init --from local", "files on this machine: needs no account"}},
          .options = {{"Start", {{"--from", "NAME", "what to start from: local, aws, k8s or empty; without it weft asks"}}}, {"Output", json_options()}},
          .exit = "0, or 1 on error; 3 when there is nobody to ask",
          .run = run_init};
}

}  // namespace weft::cli
