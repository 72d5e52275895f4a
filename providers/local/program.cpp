#include "providers/local/program.h"

#include <algorithm>
#include <utility>

#include "lang/base/text.h"
#include "lang/os/env.h"
#include "lang/os/process.h"
#include "lang/value/json.h"
#include "providers/local/disk.h"
#include "providers/local/values.h"

namespace weft::local {

namespace {

constexpr size_t kMostLog = 2048;      // of a failure's text
constexpr size_t kMostStatus = 200;    // of a line of progress
constexpr auto kStatusEvery = std::chrono::seconds(1);
constexpr size_t kMostEnd = 256U << 10;  // of what a flood ended with

// Of a stream its beginning is kept; this is its end, which says why a program failed.
struct End {
  std::string text;

  void add(std::string_view line) {
    text.append(line) += '\n';
    if (text.size() > 2 * kMostEnd) text.erase(0, text.size() - kMostEnd);
  }
};

struct Ends {
  End out, error;
};

auto argv_of(const Value& command) -> std::vector<std::string> {
  if (command.is(ValueKind::kString)) return {"/bin/sh", "-c", std::string(command.as_string())};
  std::vector<std::string> out;
  if (!command.is(ValueKind::kList)) return out;
  for (const auto& word : command.elements()) {
    if (word.is(ValueKind::kString)) out.emplace_back(word.as_string());
  }
  return out;
}

auto environment_of(const Program& program) -> Environment {
  auto out = Environment::of_process();
  if (program.environment.is(ValueKind::kObject)) {
    for (const auto& field : program.environment.fields()) {
      out.variables[field.key.str()] = text_of(program.environment, field.key.view());
    }
  }
  out.variables["WEFT_ACTION"] = program.action;
  out.variables["WEFT_ADDRESS"] = program.address;
  out.variables.erase("WEFT_OPERATION");
  if (!program.operation.empty()) out.variables["WEFT_OPERATION"] = program.operation;
  return out;
}

// The end of what it said, from the beginning of a line, as text.
auto log_tail(const ProcessResult& result, const Ends& ends, const std::vector<std::string>& secrets) -> std::string {
  // A secret that is cut would not be known again; one as long as that is found in the beginning alone.
  bool cut = std::ranges::any_of(secrets, [](const std::string& secret) { return secret.size() > kMostEnd / 2; });
  auto said = [&](const Captured& stream, const End& end) { return trim(stream.dropped > 0 && !cut ? end.text : stream.bytes); };
  std::string_view text = said(result.error, ends.error);
  if (text.empty()) text = said(result.out, ends.out);
  std::string clear = redacted(std::string(text), secrets);
  if (clear.size() > kMostLog) {
    clear.erase(0, clear.size() - kMostLog);
    clear.erase(0, std::min(clear.find('\n'), clear.size() - 1) + 1);
  }
  for (auto at = first_invalid_utf8(clear); at != std::string_view::npos; at = first_invalid_utf8(clear)) clear[at] = '?';
  return clear;
}

auto exit_class(int code) -> FailureClass {
  switch (code) {
    case 3:
      return FailureClass::kNotFound;
    case 4:
      return FailureClass::kNeedsReplace;
    case 75:
      return FailureClass::kTransient;
    default:
      return FailureClass::kInvalid;
  }
}

auto failure_of(const ProcessResult& result, const Ends& ends, bool timed_out, const Program& program,
                const std::vector<std::string>& secrets) -> DriverFailure {
  DriverFailure out;
  if (result.exit_code && !result.cancelled) {
    out = refused(exit_class(*result.exit_code), log_tail(result, ends, secrets));
    out.code = "exit " + std::to_string(*result.exit_code);
  } else {
    // What a signal ends, it ends again: nobody waits for it to get better.
    auto what = timed_out ? FailureClass::kTimeout : result.cancelled ? FailureClass::kCancelled : FailureClass::kInvalid;
    out = refused(what, log_tail(result, ends, secrets));
    out.happened = Happened::kMaybe;
    out.code = result.signal != 0 ? "signal " + std::to_string(result.signal) : "stopped";
  }
  if (out.text.empty()) out.text = "the command said nothing";
  out.operation = program.action;
  return out;
}

auto answer_of(const ProcessResult& result, const Program& program, const std::vector<std::string>& secrets)
    -> std::expected<Answer, DriverFailure> {
  std::string_view text = trim(result.answer.bytes);
  if (text.empty()) return Answer{};
  auto unreadable = [&](const std::string& why) {
    auto failure = refused(FailureClass::kInternal, "the command's answer on descriptor 3 " + why,
                           "it must be one JSON value of at most 4 MiB");
    failure.happened = Happened::kMaybe;
    failure.operation = program.action;
    return std::unexpected(failure);
  };
  if (result.answer.dropped > 0) return unreadable("is too long");
  auto value = from_json(text);
  // Where secrets may be in it, not even a character of it is quoted.
  bool clear = !program.attributes.has_secret() && !program.environment.has_secret() && !program.command.has_secret();
  if (!value) return unreadable(clear ? "is no JSON: " + value.error().text : "is no JSON");
  if (has_secret_key(*value, secrets)) {
    // What it was to do is done; its answer alone cannot be kept.
    auto failure = refused(FailureClass::kInternal, "the command's answer on descriptor 3 has a secret as a key",
                           "keys stand in the clear: answer it as a value");
    failure.happened = Happened::kYes;
    failure.operation = program.action;
    return std::unexpected(failure);
  }
  return Answer{.output = marked(*value, secrets)};
}

// The last line that it wrote, at most once a second, as the word of its progress.
auto reporter(const Call& call, std::vector<std::string> secrets) -> std::function<void(Stream, std::string_view)> {
  if (!call.progress) return {};
  return [report = call.progress, secrets = std::move(secrets), &clock = call.clock,
          next = std::chrono::nanoseconds(0)](Stream, std::string_view line) mutable {
    line = trim(line);
    if (line.empty() || clock.monotonic() < next) return;
    next = clock.monotonic() + kStatusEvery;
    std::string clear = redacted(std::string(line), secrets).substr(0, kMostStatus);
    if (auto at = first_invalid_utf8(clear); at != std::string_view::npos) clear.resize(at);
    driver::Progress progress;
    progress.status = std::move(clear);
    report(0, progress);
  };
}

}  // namespace

auto run_program(Call call, Program program) -> Task<std::expected<Answer, DriverFailure>> {
  // Of all together: the longest goes first, wherever it comes from.
  auto secrets = secret_texts(Value::list({program.attributes, program.environment, program.command}));
  ProcessRequest request;
  request.argv = argv_of(program.command);
  request.directory = program.directory.empty() ? call.working_folder : program.directory;
  request.environment = environment_of(program);
  JsonStyle style;
  style.reveal = true;
  request.input = to_json(program.attributes.revealed(), style) + "\n";
  request.answer_pipe = true;
  request.inherit_fds = call.inherit_fds;
  Ends ends;
  request.on_line = [&ends, report = reporter(call, secrets)](Stream stream, std::string_view line) {
    (stream == Stream::kOut ? ends.out : ends.error).add(line);
    if (report) report(stream, line);
  };
  if (request.argv.empty()) {
    co_return std::unexpected(invalid(program.action, "the command is empty"));
  }
  if (call.api_calls != nullptr) ++*call.api_calls;

  CancelSource stop = program.may_be_stopped ? CancelSource(call.cancel) : CancelSource();
  bool timed_out = false;
  auto timer = call.loop.start_timer(call.deadline, [&] {
    timed_out = true;
    stop.request();
  });
  auto result = co_await run_process(call.loop, std::move(request), stop.token());
  timer.end();
  if (!result) {
    auto failure = failed(result.error(), program.action);
    if (result.error().code == Code::kInternal) failure.happened = Happened::kMaybe;
    if (failure.failure == FailureClass::kNotFound) failure.failure = FailureClass::kInvalid;
    // Our own words name the program, and that may be made of a secret.
    failure.text = redacted(std::move(failure.text), secrets);
    failure.hint = redacted(std::move(failure.hint), secrets);
    co_return std::unexpected(failure);
  }
  if (!result->succeeded() || result->cancelled) {
    co_return std::unexpected(failure_of(*result, ends, timed_out, program, secrets));
  }
  co_return answer_of(*result, program, secrets);
}

}  // namespace weft::local
