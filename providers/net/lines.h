// Cuts a stream into lines: newline-delimited JSON of watches and long answers.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace weft::net {

class LineSplitter {
 public:
  // The sink gets each line without its end (`\n` or `\r\n`), empty ones not at all; false stops.
  LineSplitter(std::function<bool(std::string_view line)> sink, size_t longest = size_t{4} << 20)
      : sink_(std::move(sink)), longest_(longest) {}

  // False when the sink had enough, or a line was longer than `longest`; too_long() tells which.
  [[nodiscard]] auto add(std::string_view piece) -> bool;
  // Hands over a last line without an end.
  [[nodiscard]] auto finish() -> bool;
  [[nodiscard]] auto too_long() const -> bool { return too_long_; }

 private:
  [[nodiscard]] auto give(std::string_view line) -> bool;

  std::function<bool(std::string_view)> sink_;
  size_t longest_;
  std::string rest_;
  bool too_long_ = false;
};

}  // namespace weft::net
