// Events as JSON lines to stdout (--json), into a file (--json-to) and into the trace: one numbering for all.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/cli/stream.h"
#include "engine/event/event.h"
#include "lang/base/result.h"
#include "lang/os/clock.h"

namespace weft::cli {

class JsonLog {
 public:
  explicit JsonLog(const Clock& clock);
  ~JsonLog();
  JsonLog(const JsonLog&) = delete;
  auto operator=(const JsonLog&) -> JsonLog& = delete;

  void to_stream(Stream& stream);
  // Made anew, 0600 for traces. A failure names the file.
  [[nodiscard]] auto to_file(const std::string& path, bool trace) -> Result<void>;
  [[nodiscard]] auto any() const -> bool { return !sinks_.empty(); }
  // Files that could not be written to the end, each with why.
  [[nodiscard]] auto lost() const -> std::vector<std::string>;

  // The end of a run is kept for finish().
  void event(const event::Event& event);
  // `members` as view makes them: "\"type\":…".
  void write(std::string_view members);
  // Members of `run.ended` that only this verb has.
  void closing(std::string members) { closing_ = std::move(members); }
  // What its events call the run, where the verb that was typed is not the one that does it.
  void call(std::string verb) { called_ = std::move(verb); }
  // `run.ended` as the last line, with the exit status of the program.
  void finish(std::string_view verb, int exit);
  // Only into traces.
  void trace(std::string_view members);
  [[nodiscard]] auto trace_file() const -> const std::string& { return trace_file_; }

 private:
  struct Sink {
    Stream* stream;
    bool trace;
  };
  void line(std::string_view members, bool only_trace);
  auto is_too_soon(const event::Fact& fact) -> bool;

  const Clock& clock_;
  std::string run_;  // of this execution, until a run that writes has its own
  uint64_t seq_ = 0;
  std::vector<Sink> sinks_;
  struct File {
    std::string path;
    std::unique_ptr<Stream> stream;
  };
  std::vector<File> owned_;
  std::string trace_file_;
  std::optional<event::RunEnded> ended_;
  std::string closing_;
  std::string called_;
  std::map<std::string, std::chrono::nanoseconds> told_;  // by step id: when its progress was
};

}  // namespace weft::cli
