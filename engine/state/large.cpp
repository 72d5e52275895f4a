#include "engine/state/large.h"

#include <algorithm>
#include <numeric>

#include "engine/state/document.h"
#include "engine/state/fold.h"
#include "lang/base/digest.h"
#include "lang/base/text.h"
#include "lang/value/cbor.h"

namespace weft::state {
namespace {

auto part_body(std::string_view digest, size_t index, std::string_view bytes) -> Result<std::string> {
  Members part;
  part.bytes("sha256", digest);
  part.number("part", index);
  part.bytes("bytes", bytes);
  TRY(note, encode_operation(Note{.what = std::string(kPartNote), .value = part.take()}));
  std::string body;
  add_to_body(body, note);
  return body;
}

// The operation becomes a reference to parts, which are added to `bodies`.
auto take_out(EncodedOperation& operation, std::vector<std::string>& bodies) -> Result<void> {
  if (operation.bytes.size() > kMostLargeBytes) {
    return fail(Code::kInvalid, "an operation `" + std::string(kind_word(operation.body)) + "` of " + with_thousands(operation.bytes.size()) + " bytes", "one record takes at most 64 MiB");
  }
  auto digest = sha256(operation.bytes);
  for (size_t i = 0; i * kPartBytes < operation.bytes.size(); ++i) {
    TRY(body, part_body(view(digest), i, std::string_view(operation.bytes).substr(i * kPartBytes, kPartBytes)));
    bodies.push_back(std::move(body));
  }
  Members reference;
  reference.bytes(Text(kLargeReference), view(digest));
  operation.value = reference.take();
  operation.bytes = encode_cbor(operation.value);
  return {};
}

}  // namespace

auto split_large(std::vector<EncodedOperation>& operations) -> Result<std::vector<std::string>> {
  std::vector<std::string> bodies;
  auto total = std::accumulate(operations.begin(), operations.end(), size_t{0}, [](size_t sum, const EncodedOperation& one) { return sum + one.size(); });
  while (total > kMostUnitBytes) {
    auto largest = std::max_element(operations.begin(), operations.end(), [](const EncodedOperation& a, const EncodedOperation& b) { return a.size() < b.size(); });
    total -= largest->size();
    TRY_VOID(take_out(*largest, bodies));
    total += largest->size();
  }
  return bodies;
}

auto decoded_operation(const RawOperation& raw) -> Result<EncodedOperation> {
  EncodedOperation out{.body = BeginRun{}, .value = {}, .bytes = std::string(raw.bytes)};
  TRY(value, decode_cbor(raw.bytes));
  out.value = std::move(value);
  if (out.value.get(kLargeReference) != nullptr) return out;
  TRY(body, operation_from(raw.kind, out.value));
  out.body = std::move(body);
  return out;
}

}  // namespace weft::state
