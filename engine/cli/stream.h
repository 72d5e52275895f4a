// An output of the program. A closed pipe or a full disk never stops a run: what cannot be written any more is dropped,
// and the stream remembers.
#pragma once

#include <string_view>

namespace weft::cli {

class Stream {
 public:
  explicit Stream(int fd) : fd_(fd) {}
  // Whole, however many calls that takes.
  void write(std::string_view bytes);
  [[nodiscard]] auto fd() const -> int { return fd_; }
  [[nodiscard]] auto broken() const -> bool { return broken_; }

 private:
  int fd_;
  bool broken_ = false;
};

}  // namespace weft::cli
