#include "engine/cli/session.h"

#include <algorithm>
#include <csignal>

#include <pwd.h>
#include <unistd.h>

#include <fmt/format.h>

#include "engine/cli/builtin_drivers.h"
#include "engine/cli/progress.h"
#include "engine/cli/version.h"
#include "engine/view/command_text.h"
#include "engine/view/json_text.h"
#include "engine/view/page.h"
#include "lang/base/text.h"
#include "lang/diag/render.h"
#include "lang/os/files.h"
#include "lang/os/signals.h"
#include "lang/os/sync.h"
#include "stdlib/functions/library.h"

namespace weft::cli {

namespace {

// engine/ops wants a clock of its own; this one is everybody's.
class WallClock : public Clock {
 public:
  [[nodiscard]] auto wall() const -> std::chrono::nanoseconds override { return system_clock().wall(); }
  [[nodiscard]] auto monotonic() const -> std::chrono::nanoseconds override { return system_clock().monotonic(); }
  [[nodiscard]] auto boottime() const -> std::chrono::nanoseconds override { return system_clock().boottime(); }
};

auto stopping_text(size_t running) -> std::string {
  if (running == 0) return "Stopping: no new step starts, and none is running.\n";
  return running == 1 ? "Stopping: no new step starts, the running one is finished. Ctrl-C again leaves it open.\n"
                      : fmt::format("Stopping: no new step starts, {} running ones are finished. Ctrl-C again leaves them open.\n", running);
}

auto wait_for_input(Loop& loop, Cancel stop) -> Task<bool> { co_return co_await loop.readable(0, std::move(stop)); }

}  // namespace

// Made when a verb first needs it; `version` and `--help` never do.
struct Session::Parts {
  WallClock clock;
  Loop loop;
  driver::Registry registry;
  std::unique_ptr<FunctionTable> functions;
  std::unique_ptr<ProgressView> view;
  CancelSource soft, hard;
  Subscription interrupt, terminate;
  int signal = 0;
  bool asking = false;  // a question stands on the terminal
  std::shared_ptr<Latch> beside;  // the same while a run goes on: until it is answered
  std::unique_ptr<ops::World> world;
};

namespace {

auto look_for(const Arguments& arguments, const Environment& environment, int fd, const Clock& clock) -> draw::Look {
  ColorFlag flag = arguments.get("--color") == "always" ? ColorFlag::kAlways
                   : arguments.get("--color") == "never" ? ColorFlag::kNever
                                                         : ColorFlag::kNone;
  draw::Look look;
  bool terminal = is_terminal(fd);
  look.color = use_color(flag, environment, terminal);
  look.ascii = use_ascii(arguments.has("--ascii"), environment);
  look.width = terminal ? drawing_width(terminal_size(fd)) : 0;
  look.full = arguments.has("--full");
  look.hints = environment.get("WEFT_HINTS") != "0" && !arguments.has("--quiet");
  look.now_ms = static_cast<uint64_t>(clock.wall_ms());
  return look;
}

auto user_name(const Environment& environment) -> std::string {
  for (const char* name : {"WEFT_USER", "USER", "LOGNAME"}) {
    if (std::string value = environment.get(name); !value.empty()) return value;
  }
  const passwd* entry = ::getpwuid(::geteuid());
  return entry == nullptr ? fmt::format("uid {}", ::geteuid()) : entry->pw_name;
}

auto host_name() -> std::string {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "unknown";
}

auto capitalised(std::string text) -> std::string {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z' && !text.starts_with("weft ")) text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

}  // namespace

Session::Session(Arguments arguments, std::string verb, std::vector<std::string> typed, Environment environment)
    : arguments_(std::move(arguments)),
      verb_(std::move(verb)),
      typed_(std::move(typed)),
      environment_(std::move(environment)),
      log_(system_clock()),
      out_look_(look_for(arguments_, environment_, 1, system_clock())),
      err_look_(look_for(arguments_, environment_, 2, system_clock())) {
  // What `recover` settles is its answer.
  progress_ = quiet() || verb_ == "recover" ? Progress::kNone : progress_choice(progress_named(arguments_.get("--progress")), environment_, is_terminal(2));
  // The form for screen readers draws no lines.
  if (progress_ == Progress::kPlain && (arguments_.has("--progress") || environment_.is_set("WEFT_PROGRESS"))) {
    out_look_.trees = err_look_.trees = false;
  }
}

Session::~Session() = default;

auto Session::begin() -> bool {
  if (json()) log_.to_stream(out_);
  auto wrong = [&](const Failure& problem) {
    failure(problem, false);
    return false;
  };
  for (std::string_view name : {"--json-to", "--trace"}) {
    if (!arguments_.has(name)) continue;
    auto opened = log_.to_file(arguments_.get(name), name == "--trace");
    if (!opened) return wrong(opened.error());
  }
  std::string wanted = arguments_.has("-C") ? arguments_.get("-C") : ".";
  auto folder = real_files().canonical(wanted);
  auto info = folder ? real_files().info(*folder) : Result<FileInfo>(std::unexpected(folder.error()));
  if (!info || info->kind != FileKind::kFolder) {
    std::string why = !folder ? folder.error().text.substr(std::min(folder.error().text.size(), folder.error().text.rfind(": ") + 2)) : "that is no folder";
    // These need no folder.
    bool anywhere = verb_ == "version" || verb_ == "docs" || verb_ == "completion";
    if (!arguments_.has("-C") && anywhere) return true;
    if (!arguments_.has("-C")) return wrong(Failure{Code::kNotFound, "the working folder cannot be found: " + why, {}});
    return wrong(Failure{Code::kNotFound, fmt::format("-C {}: {}", wanted, why), {}});
  }
  folder_ = *folder;
  if (!log_.trace_file().empty()) {
    log_.trace(draw::JsonObject().add("type", "trace.begun").add("command", typed_command()).add("version", program_version())
                   .add("folder", folder_).members());
  }
  return true;
}

auto Session::finish(int exit) -> int {
  clear_live();
  bool lost = out_.broken();
  if (lost) exit = exit_after_writing(out_, err_, exit);
  log_.finish(verb_, exit);
  // Its last line may be the one that found no room.
  if (!lost) exit = exit_after_writing(out_, err_, exit);
  if (!log_.trace_file().empty()) log_.trace(draw::JsonObject().add("type", "trace.ended").add("exit", exit).members());
  // What was asked for beside the answer: whoever reads it must not take a piece for the whole.
  for (const std::string& problem : log_.lost()) {
    err_.write("error: " + problem + "\n");
    if (exit == kOk || exit == kDifferences) exit = kFailed;
  }
  return exit;
}

void Session::out(std::string_view text) {
  if (!quiet()) answer(text);
}

void Session::answer(std::string_view text) {
  if (json() || text.empty()) return;
  clear_live();
  out_.write(text);
}

void Session::err(std::string_view text) {
  if (parts_ && parts_->view) parts_->view->above(text);
  else err_.write(text);
}

void Session::hint(std::string_view text) {
  if (!out_look_.hints || json()) return;
  draw::Page page(err_look_);
  page.line(draw::Line().add(draw::with_environment(text, arguments_.get("--env"))));
  err(page.text());
}

void Session::clear_live() {
  if (parts_ && parts_->view) parts_->view->clear();
}

void Session::diagnostics(const SourceMap& sources, const std::vector<Diagnostic>& list) {
  if (log_.any()) {
    for (const Diagnostic& one : list) {
      log_.write(draw::JsonObject().add("type", "diagnostic").append_members(render_json_members(sources, one)).members());
    }
  }
  if (list.empty()) return;
  RenderOptions options{.color = err_look_.color, .ascii = err_look_.ascii, .width = err_look_.width};
  err(render_text(sources, list, options));
}

void Session::failure(const Failure& problem, bool changes_things) {
  if (problem.code == Code::kCancelled && signal_exit()) {
    // What broke off because it was told to is no mistake of anybody's.
    err(changes_things ? "Stopped. Nothing was changed.\n" : "Stopped.\n");
    return;
  }
  std::string hint = draw::with_environment(problem.hint, arguments_.get("--env"));
  auto lines = split(problem.text, '\n');
  if (log_.any()) {
    draw::JsonList notes, help;
    for (size_t i = 1; i < lines.size(); ++i) notes.add(draw::JsonObject().add("text", trim(lines[i])).text());
    // What to type next is for people.
    for (std::string_view line : split(hint, '\n')) {
      if (!line.empty() && line.find(":  ") == std::string_view::npos) help.add(json_quote(line));
    }
    log_.write(draw::JsonObject().add("type", "diagnostic").add("severity", "error").add("message", lines[0]).raw("notes", notes.text())
                   .raw("help", help.text()).raw("fixes", "[]").members());
  }
  draw::Page page(err_look_);
  page.line(draw::Line().add("error", draw::Ink::kBoldRed).add(": ").add(lines[0]));
  for (size_t i = 1; i < lines.size(); ++i) page.row({.left = draw::Line(std::string(lines[i])), .whole = true});
  std::string last = changes_things ? "Nothing was changed." : "";
  if (!problem.hint.empty()) last += (last.empty() ? "" : " ") + capitalised(hint);
  for (std::string_view line : split(last, '\n')) {
    if (!line.empty()) page.row({.left = draw::Line(std::string(line)), .whole = true});
  }
  err(page.text());
}

auto Session::report(const ops::Reported& reported, bool changes_things, bool counted) -> int {
  if (!reported.ok() && signal_exit() && !parts_->view->has_run()) {
    // What broke off because it was told to is no mistake of anybody's.
    err("Stopped. Nothing was changed.\n");
    return kFailed;
  }
  std::vector<Diagnostic> list = reported.diagnostics;
  // What was typed is no file that --fix could mend.
  for (Diagnostic& one : list) {
    if (one.range.valid() && !reported.sources->name(one.range.file).ends_with(".fabric")) one.fixes.clear();
  }
  diagnostics(*reported.sources, list);
  bool mistaken = std::ranges::any_of(list, [](const Diagnostic& one) { return one.severity == Severity::kError; });
  if (counted && mistaken) {
    // What has no place in a file is not counted: it stands alone.
    bool placed = std::ranges::any_of(list, [](const Diagnostic& one) { return one.range.valid(); });
    std::string last = placed ? render_summary(*reported.sources, list) : "";
    if (changes_things) last += last.empty() ? "Nothing was changed." : " Nothing was changed.";
    if (!last.empty()) err(fmt::format("\n{}\n", last));
  }
  if (reported.failure) failure(*reported.failure, changes_things);
  return reported.ok() ? kOk : kFailed;
}

auto Session::typed_command() const -> std::string { return command_text(typed_); }

auto Session::drivers() -> driver::Registry& { return world().drivers; }
auto Session::functions() -> const FunctionTable& { return world().functions; }

auto Session::world() -> ops::World& {
  if (parts_) return *parts_->world;
  parts_ = std::make_unique<Parts>();
  Parts& parts = *parts_;
  add_builtin_drivers(parts.registry, environment_);
  parts.functions = std::make_unique<FunctionTable>(functions::library());
  parts.view = std::make_unique<ProgressView>(parts.loop, err_, log_, err_look_, progress_);
  parts.world = std::make_unique<ops::World>(ops::World{.folder = folder_,
                                                        .drivers = parts.registry,
                                                        .functions = *parts.functions,
                                                        .clock = parts.clock,
                                                        .loop = parts.loop,
                                                        .listener = *parts.view,
                                                        .soft_stop = parts.soft.token(),
                                                        .hard_stop = parts.hard.token(),
                                                        .environment = {environment_.variables.begin(), environment_.variables.end()},
                                                        .owner = user_name(environment_),
                                                        .host = host_name(),
                                                        .command = typed_command(),
                                                        .version = std::string(program_version())});
  out_look_.types = err_look_.types = &parts.registry;
  listen_to_signals();
  return *parts.world;
}

auto Session::process_of(const std::string& environment) const -> draw::ProcessOf {
  return [folder = fmt::format("{}/.weft/state/{}/runs/", folder_, environment)](const std::string& run) -> std::optional<OpenBy> {
    auto found = open_by(folder + run + ".lock");
    return found.empty() ? std::nullopt : std::optional(found.front());
  };
}

// Once: no new step starts. Twice: what runs is left open.
void Session::listen_to_signals() {
  auto heard = [this](int signo) {
    Parts& parts = *parts_;
    parts.signal = signo;
    if (!parts.soft.requested()) {
      if (!parts.asking) err(parts.view->has_run() ? stopping_text(parts.view->running()) : "Stopping.\n");
      parts.view->on({.fact = event::Stopping{.hard = false, .running = parts.view->running()}});
      parts.soft.request();
    } else if (!parts.hard.requested()) {
      if (parts.view->has_run()) err("Leaving what runs open. The next run finds out what became of it.\n");
      parts.view->on({.fact = event::Stopping{.hard = true, .running = parts.view->running()}});
      parts.hard.request();
    }
  };
  // One that comes meanwhile waits until both are listened to.
  sigset_t both, before;
  sigemptyset(&both);
  sigaddset(&both, SIGINT);
  sigaddset(&both, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &both, &before);
  parts_->interrupt = parts_->loop.on_signal(SIGINT, [heard] { heard(SIGINT); });
  parts_->terminate = parts_->loop.on_signal(SIGTERM, [heard] { heard(SIGTERM); });
  // These touch nothing, and give the loop no turn in which it could hear of a signal.
  constexpr std::string_view kTouchNothing[] = {"check", "console", "docs", "output", "show", "state history", "state list", "state show", "state verify"};
  watch_stop_signals(std::ranges::find(kTouchNothing, verb_) != std::end(kTouchNothing) ? OnStop::kLeave : OnStop::kNote);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void Session::know(const plan::Plan& plan) {
  if (parts_ && parts_->view) parts_->view->know(plan);
}

auto Session::signal_exit() const -> std::optional<int> {
  if (!parts_) return std::nullopt;
  // What came while the loop had no turn counts too.
  int signal = parts_->signal != 0 ? parts_->signal : stop_signal();
  return signal == 0 ? std::nullopt : std::optional(128 + signal);
}

auto Session::stopped_hard() const -> bool { return parts_ && parts_->hard.requested(); }

auto Session::may_ask() const -> bool { return may_prompt(is_terminal(0), is_terminal(2), arguments_.has("--no-input"), environment_); }

auto Session::ask(const std::string& question, std::string_view flag, bool changed) -> std::optional<std::string> {
  if (!may_ask()) {
    failure(Failure{Code::kDenied, fmt::format("weft {} asks before it goes on, and there is nobody to ask", verb_),
                    fmt::format("answer beforehand:  {} {}", typed_command(), flag)}, !changed);
    return std::nullopt;
  }
  if (log_.any()) log_.write(draw::JsonObject().add("type", "prompt").add("text", question).members());
  clear_live();
  if (parts_) parts_->view->hold(true);
  err_.write(draw::Line(question).paint(err_look_) + " ");
  std::string answer;
  if (parts_) parts_->asking = true;
  for (;;) {
    // Ctrl-C while nobody answers is heard by the loop.
    Cancel stop = parts_ ? parts_->soft.token() : Cancel();
    if (parts_ && answer.empty() && !block_on(parts_->loop, wait_for_input(parts_->loop, stop))) {
      parts_->asking = false;
      // The terminal has put ^C behind the question.
      err_.write(changed ? "\n" : "\nStopped. Nothing was changed.\n");
      return std::nullopt;
    }
    char c = 0;
    ssize_t got = ::read(0, &c, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0 || c == '\n') break;
    if (answer.size() < 4096) answer += c;
  }
  if (parts_) {
    parts_->asking = false;
    parts_->view->hold(false);
  }
  return std::string(trim(answer));
}

auto Session::ask_beside(std::string why, std::string question) -> Task<std::optional<std::string>> {
  Parts& parts = *parts_;
  // One question at a time.
  while (parts.beside) {
    auto other = parts.beside;
    co_await other->wait();
  }
  parts.beside = std::make_shared<Latch>(parts.loop);
  if (log_.any()) log_.write(draw::JsonObject().add("type", "prompt").add("text", why + "; " + question).members());
  parts.view->hold(true);
  err_.write(draw::Line(why).paint(err_look_) + "\n" + draw::Line(question).paint(err_look_) + " ");
  std::string answer;
  bool answered = false;
  for (;;) {
    // On a terminal what can be read is a whole line.
    bool ready = co_await parts.loop.readable(0, parts.soft.token());
    if (!ready) break;
    char c = 0;
    ssize_t got = ::read(0, &c, 1);
    if (got < 0 && errno == EINTR) continue;
    answered = got > 0 && c == '\n';
    if (got <= 0 || answered) break;
    if (answer.size() < 4096) answer += c;
  }
  if (!answered) err_.write("\n");
  parts.view->hold(false);
  std::exchange(parts.beside, nullptr)->set();
  co_return answered ? std::optional(std::string(trim(answer))) : std::nullopt;
}

auto inputs_of(const Session& session, std::optional<Failure>& wrong) -> ops::InputSources {
  ops::InputSources inputs;
  if (session.args().has("--env")) inputs.environment = session.args().get("--env");
  inputs.files = session.args().all("--inputs");
  for (const std::string& given : session.args().all("--set")) {
    size_t at = given.find('=');
    if (at == std::string::npos || at == 0) {
      wrong = Failure{Code::kInvalid, fmt::format("`--set {}` is not NAME=VALUE", given), {}};
      continue;
    }
    inputs.sets.emplace_back(given.substr(0, at), given.substr(at + 1));
  }
  return inputs;
}

auto command_text(const std::vector<std::string>& typed) -> std::string {
  std::string out = "weft";
  bool value_follows = false;
  for (const std::string& word : typed) {
    std::string shown = word;
    if (value_follows || word.starts_with("--set=")) {
      size_t from = value_follows ? 0 : 6;
      size_t at = word.find('=', from);
      shown = at == std::string::npos ? word : word.substr(0, at + 1) + "…";
      out += " " + shown;
    } else {
      out += " " + shell_quote(shown);
    }
    value_follows = word == "--set";
  }
  return out;
}

}  // namespace weft::cli
