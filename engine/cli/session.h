// What a door has at hand: arguments, streams and how they look, JSON lines, questions, and the world of engine/ops,
// which is made when it is first asked for.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/cli/json_log.h"
#include "engine/cli/parse.h"
#include "engine/cli/stream.h"
#include "engine/ops/ops.h"
#include "engine/view/look.h"
#include "engine/view/run_report.h"
#include "lang/base/result.h"
#include "lang/diag/diagnostic.h"
#include "lang/os/env.h"
#include "lang/os/terminal.h"

namespace weft::cli {

// Exit statuses (docs/cli.md).
inline constexpr int kOk = 0, kFailed = 1, kDifferences = 2, kRefused = 3, kPartial = 4, kUsage = 64, kBug = 70;

class Session {
 public:
  Session(Arguments arguments, std::string verb, std::vector<std::string> typed, Environment environment);
  ~Session();
  Session(const Session&) = delete;
  auto operator=(const Session&) -> Session& = delete;

  // Opens --json-to and --trace, checks -C. A failure has been told.
  [[nodiscard]] auto begin() -> bool;
  // The last lines of the logs; gives the exit status, which is another one if stdout could not be written.
  [[nodiscard]] auto finish(int exit) -> int;

  [[nodiscard]] auto args() const -> const Arguments& { return arguments_; }
  [[nodiscard]] auto verb() const -> const std::string& { return verb_; }
  [[nodiscard]] auto environment() const -> const Environment& { return environment_; }
  [[nodiscard]] auto folder() const -> const std::string& { return folder_; }
  [[nodiscard]] auto quiet() const -> bool { return arguments_.has("--quiet"); }
  [[nodiscard]] auto json() const -> bool { return arguments_.has("--json"); }
  [[nodiscard]] auto log() -> JsonLog& { return log_; }
  [[nodiscard]] auto out_look() const -> const draw::Look& { return out_look_; }
  [[nodiscard]] auto err_look() const -> const draw::Look& { return err_look_; }
  [[nodiscard]] auto progress() const -> Progress { return progress_; }

  // Text to stdout; nothing when stdout belongs to JSON or only the last line is wanted.
  void out(std::string_view text);
  // Text to stdout that --quiet does not suppress (values, the report's last line).
  void answer(std::string_view text);
  // To stderr; the live view steps aside.
  void err(std::string_view text);
  // A command after success, on stderr: "Next:  weft plan". WEFT_HINTS=0, --quiet and --json drop it.
  void hint(std::string_view text);

  // Diagnostics and failure of a verb's answer, on stderr and as events. `changed`: something may have been changed.
  // Gives the exit status that they alone ask for: kOk or kFailed. `counted`: after mistakes, how many they were.
  auto report(const ops::Reported& reported, bool changes_things, bool counted = true) -> int;
  void diagnostics(const SourceMap& sources, const std::vector<Diagnostic>& diagnostics);
  void failure(const Failure& failure, bool changes_things);

  [[nodiscard]] auto may_ask() const -> bool;
  // A question on stderr; nothing when it may not be asked (the refusal, naming `flag`, has been told), or when a signal
  // came instead of an answer (which is told, unless something was `changed` before it: then the report tells).
  [[nodiscard]] auto ask(const std::string& question, std::string_view flag, bool changed = false) -> std::optional<std::string>;
  // The same while a run goes on: the live view stands still meanwhile. Nothing: a signal came, or the input has ended.
  [[nodiscard]] auto ask_beside(std::string why, std::string question) -> Task<std::optional<std::string>>;
  // Who holds a run's lock, for what is told of claims.
  [[nodiscard]] auto process_of(const std::string& environment) const -> draw::ProcessOf;
  // As it may be typed again.
  [[nodiscard]] auto typed_command() const -> std::string;

  [[nodiscard]] auto world() -> ops::World&;
  [[nodiscard]] auto drivers() -> driver::Registry&;
  [[nodiscard]] auto functions() -> const FunctionTable&;
  // Before a run: who waits for whom in this plan, for the live view.
  void know(const plan::Plan& plan);
  // Another exit than the verb's own: a signal came (130, 143), or nothing.
  [[nodiscard]] auto signal_exit() const -> std::optional<int>;
  [[nodiscard]] auto stopped_hard() const -> bool;
  // Before a report on stdout: the live view's own lines go.
  void clear_live();

 private:
  struct Parts;
  void listen_to_signals();

  Arguments arguments_;
  std::string verb_;
  std::vector<std::string> typed_;
  Environment environment_;
  Stream out_{1}, err_{2};
  JsonLog log_;
  draw::Look out_look_, err_look_;
  Progress progress_ = Progress::kPlain;
  std::string folder_;
  std::unique_ptr<Parts> parts_;
};

// --env, --set, --inputs.
[[nodiscard]] auto inputs_of(const Session& session, std::optional<Failure>& wrong) -> ops::InputSources;
// What was typed, quoted for the shell; values of --set are left out, for they may be secrets.
[[nodiscard]] auto command_text(const std::vector<std::string>& typed) -> std::string;

}  // namespace weft::cli
