#include "engine/cli/json_log.h"

#include <cerrno>
#include <chrono>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "engine/view/event_json.h"
#include "engine/view/json_text.h"
#include "lang/base/digest.h"

namespace weft::cli {

namespace {

constexpr std::chrono::seconds kProgressEvery{5};  // of one step

auto result_word(int exit) -> std::string_view {
  switch (exit) {
    case 0: return "done";
    case 2: return "differences";
    case 3: return "refused";
    case 4: return "partial";
    case 130:
    case 143: return "stopped";
    default: return "failed";
  }
}

}  // namespace

JsonLog::JsonLog(const Clock& clock) : clock_(clock) {}

JsonLog::~JsonLog() {
  for (const auto& file : owned_) ::close(file.stream->fd());
}

void JsonLog::to_stream(Stream& stream) { sinks_.push_back({&stream, false}); }

auto JsonLog::to_file(const std::string& path, bool trace) -> Result<void> {
  int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, trace ? 0600 : 0644);
  if (fd < 0) return fail(Code::kDenied, fmt::format("cannot write {}: {}", path, std::strerror(errno)));
  owned_.push_back({path, std::make_unique<Stream>(fd)});
  sinks_.push_back({owned_.back().stream.get(), trace});
  if (trace) trace_file_ = path;
  return {};
}

auto JsonLog::lost() const -> std::vector<std::string> {
  std::vector<std::string> out;
  for (const auto& file : owned_) {
    if (file.stream->broken()) out.push_back(fmt::format("writing {}: {}", file.path, std::strerror(file.stream->error())));
  }
  return out;
}

void JsonLog::line(std::string_view members, bool only_trace) {
  if (sinks_.empty() || (only_trace && trace_file_.empty())) return;
  if (run_.empty()) run_ = hex(random_string(16));
  std::string text = draw::event_line(++seq_, static_cast<uint64_t>(clock_.wall_ms()), run_, members) + "\n";
  for (const Sink& sink : sinks_) {
    if (sink.trace || !only_trace) sink.stream->write(text);
  }
}

void JsonLog::event(const event::Event& event) {
  if (sinks_.empty()) return;
  if (!event.run.empty()) run_ = event.run;
  if (const auto* ended = std::get_if<event::RunEnded>(&event.fact)) {
    ended_ = *ended;
    return;
  }
  if (const auto* begun = std::get_if<event::RunStarted>(&event.fact); begun != nullptr && !called_.empty()) {
    event::RunStarted fact = *begun;
    fact.verb = called_;
    return line(draw::event_members(fact), false);
  }
  line(draw::event_members(event.fact), is_too_soon(event.fact));
}

// How a step goes is told now and then; a trace has all of it.
auto JsonLog::is_too_soon(const event::Fact& fact) -> bool {
  const auto* progress = std::get_if<event::StepProgress>(&fact);
  if (progress == nullptr) return false;
  auto now = clock_.monotonic();
  auto [told, first] = told_.try_emplace(progress->id, now);
  if (!first && now - told->second < kProgressEvery) return true;
  told->second = now;
  return false;
}

void JsonLog::write(std::string_view members) { line(members, false); }

void JsonLog::finish(std::string_view verb, int exit) {
  if (sinks_.empty()) return;
  if (ended_) {
    ended_->exit = exit;
    if (!called_.empty()) ended_->verb = called_;
    if (exit == 0) ended_->result = "done";
    else if (ended_->result == "done") ended_->result = result_word(exit);
    line(draw::event_members(*ended_), false);
    return;
  }
  draw::JsonObject out;
  out.add("type", "run.ended").add("verb", verb).add("result", result_word(exit)).add("exit", exit);
  if (!closing_.empty()) out.append_members(closing_);
  line(out.members(), false);
}

void JsonLog::trace(std::string_view members) { line(members, true); }

}  // namespace weft::cli
