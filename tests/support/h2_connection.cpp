#include "tests/support/h2_connection.h"

#include <map>
#include <string>

namespace weft::test {
namespace {

enum FrameType : uint8_t {
  kData = 0,
  kHeaders = 1,
  kReset = 3,
  kSettings = 4,
  kPing = 6,
  kGoAway = 7,
  kContinuation = 9
};
constexpr uint8_t kEndStream = 1, kAck = 1, kEndHeaders = 4;
constexpr size_t kPreface = 24, kFrameHead = 9;

struct Frame {
  uint8_t type = 0, flags = 0;
  uint32_t stream = 0;
  std::string payload;
};

auto number(uint32_t value, int bytes) -> std::string {
  std::string out;
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
  return out;
}

auto read_number(std::string_view bytes) -> uint32_t {
  uint32_t value = 0;
  for (char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

auto frame(uint8_t type, uint8_t flags, uint32_t stream, const std::string& payload) -> std::string {
  return number(static_cast<uint32_t>(payload.size()), 3) + static_cast<char>(type) +
         static_cast<char>(flags) + number(stream, 4) + payload;
}

class Connection {
 public:
  Connection(Wire& wire, const H2Options& options, H2Counts& counts)
      : wire_(wire), options_(options), counts_(counts) {}

  void run() {
    if (!fill(kPreface)) return;
    buffer_.erase(0, kPreface);
    constexpr uint16_t kMaxConcurrentStreams = 3;
    if (!wire_.write(frame(kSettings, 0, 0, number(kMaxConcurrentStreams, 2) + number(options_.streams, 4))))
      return;
    Frame next;
    while (read_frame(next) && take(next)) {
    }
  }

 private:
  struct Stream {
    std::string body;
    bool whole = false;
  };

  auto fill(size_t size) -> bool {
    while (buffer_.size() < size) {
      auto more = wire_.read();
      if (more.empty()) return false;
      buffer_ += more;
    }
    return true;
  }

  auto read_frame(Frame& out) -> bool {
    if (!fill(kFrameHead)) return false;
    size_t size = read_number(std::string_view(buffer_).substr(0, 3));
    if (!fill(kFrameHead + size)) return false;
    out = {.type = static_cast<uint8_t>(buffer_[3]),
           .flags = static_cast<uint8_t>(buffer_[4]),
           .stream = read_number(std::string_view(buffer_).substr(5, 4)) & 0x7fffffff,
           .payload = buffer_.substr(kFrameHead, size)};
    buffer_.erase(0, kFrameHead + size);
    return true;
  }

  auto take(const Frame& next) -> bool {
    switch (next.type) {
      case kSettings: return (next.flags & kAck) != 0 || wire_.write(frame(kSettings, kAck, 0, ""));
      case kPing: return (next.flags & kAck) != 0 || wire_.write(frame(kPing, kAck, 0, next.payload));
      case kGoAway: return false;
      case kReset: streams_.erase(next.stream); return true;
      case kHeaders:
      case kData: {
        if (next.type == kData && !streams_.contains(next.stream))
          return true;  // of a stream that was refused
        if (!streams_.contains(next.stream) && is_refused()) return refuse(next.stream);
        Stream& stream = streams_[next.stream];
        if (next.type == kData) stream.body += next.payload;
        stream.whole = (next.flags & kEndStream) != 0;
        if (streams_.size() > counts_.most) counts_.most = static_cast<uint32_t>(streams_.size());
        return answer_when_full();
      }
      default: return true;
    }
  }

  [[nodiscard]] auto is_refused() const -> bool {
    return streams_.size() >= options_.streams || counts_.refused < options_.refuse_first;
  }

  auto refuse(uint32_t stream) -> bool {
    constexpr uint32_t kRefusedStream = 7;
    ++counts_.refused;
    return wire_.write(frame(kReset, 0, stream, number(kRefusedStream, 4)));
  }

  auto answer_when_full() -> bool {
    size_t whole = 0;
    bool now = options_.refuse_first > 0;
    for (const auto& [id, stream] : streams_) {
      whole += stream.whole ? 1 : 0;
      now = now || (stream.whole && stream.body.contains("now"));
    }
    if (whole < options_.streams && !now) return true;
    for (auto row = streams_.begin(); row != streams_.end();) {
      if (!row->second.whole) {
        ++row;
        continue;
      }
      constexpr char kStatus200 = static_cast<char>(0x88);  // the eighth row of the static header table
      if (!wire_.write(frame(kHeaders, kEndHeaders, row->first, std::string(1, kStatus200)))) return false;
      if (!wire_.write(frame(kData, kEndStream, row->first, "stream " + std::to_string(row->first))))
        return false;
      ++counts_.answered;
      row = streams_.erase(row);
    }
    return true;
  }

  Wire& wire_;
  const H2Options& options_;
  H2Counts& counts_;
  std::string buffer_;
  std::map<uint32_t, Stream> streams_;
};

}  // namespace

void serve_h2(Wire& wire, const H2Options& options, H2Counts& counts) {
  Connection(wire, options, counts).run();
}

}  // namespace weft::test
