#include "engine/state/frame.h"

#include "engine/state/bytes.h"
#include "engine/state/corrupt.h"
#include "lang/base/check.h"
#include "lang/base/digest.h"
#include "lang/value/cbor.h"

namespace weft::state {
namespace {

constexpr std::string_view kMagic = "WFTX";
constexpr uint32_t kHeaderSize = 84;
constexpr uint32_t kMostHeaderSize = 4096;  // a newer minor may add to the end of it
auto damaged_frame(std::string_view why) -> std::unexpected<Failure> {
  return damaged("a transaction of the state's log is damaged: " + std::string(why));
}

}  // namespace

auto encode_operation(OperationBody body) -> Result<EncodedOperation> {
  EncodedOperation out{.body = std::move(body), .value = {}, .bytes = {}};
  out.value = to_value(out.body);
  if (out.value.has_secret()) {
    return fail(Code::kInternal, "an operation `" + std::string(kind_word(out.body)) + "` holds a secret in the clear", "this is a bug of weft: report it");
  }
  encode_cbor(out.value, out.bytes);
  return out;
}

void add_to_body(std::string& body, const EncodedOperation& operation) {
  body += static_cast<char>(kind_code(operation.body));
  add_part(body, operation.bytes);
}

auto write_frame(const FrameHeader& header, std::string_view body) -> WrittenFrame {
  WrittenFrame out;
  auto& bytes = out.bytes;
  bytes.reserve(kFrameOverhead + body.size());
  bytes += kMagic;
  bytes += static_cast<char>(kFormat);
  bytes.append(3, '\0');
  add_u32(bytes, kHeaderSize);
  size_t from = bytes.size();
  bytes += from_hex(header.fabric_id).value();
  add_u64(bytes, header.seq);
  bytes += header.previous;
  bytes += from_hex(header.run).value();
  add_u32(bytes, header.n);
  add_u64(bytes, header.wall_ms);
  CHECK(bytes.size() - from == kHeaderSize);
  std::string hashed = bytes.substr(from);
  hashed += body;
  out.hash = view(sha256(hashed));
  add_part(bytes, body);
  add_u32(bytes, crc32c(bytes));
  return out;
}

auto read_frame(std::string_view bytes) -> Result<Frame> {
  if (bytes.size() < kFrameOverhead || bytes.size() > kMostFrameBytes) return damaged_frame("its size is " + std::to_string(bytes.size()) + " bytes");
  ByteReader reader(bytes);
  if (reader.take(4) != kMagic) return damaged_frame("it does not begin with `WFTX`");
  auto format = reader.u8();
  auto flags = reader.u8();
  auto zero = reader.number(2);
  auto header_size = reader.u32();
  auto header_bytes = header_size > kMostHeaderSize ? std::string_view() : reader.take(header_size);
  auto body_size = reader.u32();
  auto body = reader.take(body_size);
  auto crc = reader.u32();
  bool whole = !reader.short_of() && reader.rest().empty() && header_bytes.size() >= kHeaderSize;
  if (!whole || crc != crc32c(bytes.substr(0, bytes.size() - 4))) return damaged_frame("its checksum does not agree");
  if (format != kFormat || flags != 0 || zero != 0) {
    return fail(Code::kNewer, "a transaction of the state's log has format " + std::to_string(format) + " and flags " + std::to_string(flags) + ", this program reads format 1 without flags",
                "use the newer weft that wrote it");
  }
  ByteReader header(header_bytes);
  Frame frame;
  frame.header.fabric_id = hex(header.take(16));
  frame.header.seq = header.u64();
  frame.header.previous = std::string(header.take(32));
  frame.header.run = hex(header.take(16));
  frame.header.n = header.u32();
  frame.header.wall_ms = header.u64();
  std::string hashed(header_bytes);
  hashed += body;
  frame.hash = view(sha256(hashed));
  frame.body = body;
  return frame;
}

auto read_body(std::string_view body) -> Result<std::vector<RawOperation>> {
  std::vector<RawOperation> out;
  ByteReader reader(body);
  while (!reader.rest().empty()) {
    auto code = reader.u8();
    auto size = reader.u32();
    auto bytes = reader.take(size);
    if (reader.short_of()) return damaged_frame("an operation is cut short");
    auto kind = kind_of_code(code);
    if (kind.empty()) {
      return fail(Code::kNewer, "the state's log holds an operation of kind " + std::to_string(code) + ", which this program does not know", "use the newer weft that wrote it");
    }
    out.push_back({.kind = kind, .bytes = bytes});
    if (out.size() > kMostOperations) return damaged_frame("it holds more than 1,000 operations");
  }
  return out;
}

}  // namespace weft::state
