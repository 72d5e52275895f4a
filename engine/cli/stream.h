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
  // Why (an errno); 0 while it is whole.
  [[nodiscard]] auto error() const -> int { return error_; }

 private:
  int fd_;
  int error_ = 0;
  bool broken_ = false;
};

// Before anything is opened: standard descriptors that came closed are taken, so that no file gets their numbers. Reading
// finds the end, writing fails as it would have.
void take_closed_descriptors();

// The exit status once `out` has all that it gets: an answer that could not be written is no success, and `err` says why.
// A pipe whose reader has gone (`| head`) has what was wanted of it.
[[nodiscard]] auto exit_after_writing(const Stream& out, Stream& err, int exit) -> int;

}  // namespace weft::cli
