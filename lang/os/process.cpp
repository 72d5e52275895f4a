#include "lang/os/process.h"

#include <cerrno>
#include <csignal>

#include "lang/os/child.h"
#include "lang/os/sync.h"

namespace weft {

namespace {

constexpr size_t kPiece = 65'536;

// Cuts a stream into lines for whoever watches.
class Lines {
 public:
  Lines(Stream stream, const std::function<void(Stream, std::string_view)>& sink) : stream_(stream), sink_(sink) {}

  void add(std::string_view bytes) {
    if (!sink_) return;
    for (;;) {
      size_t newline = bytes.find('\n');
      size_t take = std::min(std::min(newline, bytes.size()), kPiece - begun_.size());
      begun_ += bytes.substr(0, take);
      bytes.remove_prefix(take);
      bool ended = !bytes.empty() && bytes.front() == '\n';
      if (ended) bytes.remove_prefix(1);
      if (!ended && begun_.size() < kPiece) return;
      sink_(stream_, begun_);
      begun_.clear();
    }
  }
  void end() {
    if (!begun_.empty()) sink_(stream_, begun_);
    begun_.clear();
  }

 private:
  Stream stream_;
  const std::function<void(Stream, std::string_view)>& sink_;
  std::string begun_;
};

auto collect(Loop& loop, int fd, uint64_t most, Captured& into, Lines* lines) -> Task<void> {
  std::vector<char> buffer(kPiece);
  for (;;) {
    ssize_t n = read(fd, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) {
      co_await loop.readable(fd);
      continue;
    }
    if (n <= 0) break;
    std::string_view piece(buffer.data(), static_cast<size_t>(n));
    uint64_t room = most - std::min<uint64_t>(most, into.bytes.size());
    into.bytes += piece.substr(0, room);
    into.dropped += piece.size() - std::min<uint64_t>(room, piece.size());
    if (lines != nullptr) lines->add(piece);
    // Who writes faster than this reads must not keep everybody else from their turn: deadlines, Ctrl-C, other children.
    co_await loop.readable(fd);
  }
  if (lines != nullptr) lines->end();
}

// Ends early, without a word, when the child does not want to read: its exit status tells what it thinks of that.
auto feed(Loop& loop, Descriptor& fd, const std::string& input) -> Task<void> {
  std::string_view rest = input;
  while (!rest.empty()) {
    ssize_t n = write(fd.get(), rest.data(), rest.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) {
      co_await loop.writable(fd.get());
      continue;
    }
    if (n < 0) break;
    rest.remove_prefix(static_cast<size_t>(n));
  }
  fd.reset();
}

}  // namespace

auto run_process(Loop& loop, ProcessRequest request, Cancel cancel) -> Task<Result<ProcessResult>> {
  if (cancel.requested()) co_return fail(Code::kCancelled, "stopped before the command was started");
  CO_TRY(child, Child::start(request));
  ProcessResult result;
  Lines out_lines(Stream::kOut, request.on_line);
  Lines error_lines(Stream::kError, request.on_line);
  TaskGroup readers(loop);
  readers.spawn(collect(loop, child.out.get(), request.most_output, result.out, &out_lines));
  readers.spawn(collect(loop, child.error.get(), request.most_output, result.error, &error_lines));
  if (child.answer.valid()) {
    readers.spawn(collect(loop, child.answer.get(), request.most_output, result.answer, nullptr));
  }

  {
    TaskGroup feeder(loop);
    if (child.input.valid()) feeder.spawn(feed(loop, child.input, request.input));
    bool ended = co_await loop.readable(child.ended_fd(), cancel);
    if (!ended) {
      result.cancelled = true;
      // The whole group has this long: its leader, and those who still hold an output.
      CancelSource no_more_grace;
      Subscription timer = loop.start_timer(request.grace, [&] { no_more_grace.request(); });
      child.signal_group(SIGTERM);
      ended = co_await loop.readable(child.ended_fd(), no_more_grace.token());
      if (ended) co_await readers.join(no_more_grace.token());
      child.signal_group(SIGKILL);
      if (!ended) co_await loop.readable(child.ended_fd());
    }
  }
  child.input.reset();
  {
    // Whoever cancels now does not want to wait for what was left behind either.
    CancelSource enough(result.cancelled ? Cancel() : cancel);
    Subscription timer = loop.start_timer(request.linger, [&] { enough.request(); });
    bool all_read = co_await readers.join(enough.token());
    result.held_open = !all_read;
  }
  child.reap(result);
  co_return result;
}

}  // namespace weft
