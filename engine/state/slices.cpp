#include "engine/state/slices.h"
#include "engine/state/corrupt.h"

#include "lang/base/text.h"

namespace weft::state {
namespace {

constexpr int kMostDepth = 256;

enum Major : uint8_t { kUnsigned, kNegative, kBytes, kText, kArray, kMap, kTag, kSimple };

class Walker {
 public:
  explicit Walker(std::string_view bytes) : bytes_(bytes) {}

  struct Head {
    uint8_t major = 0;
    uint64_t argument = 0;
  };

  auto head(Head& out) -> bool {
    if (at_ == bytes_.size()) return false;
    auto first = static_cast<uint8_t>(bytes_[at_++]);
    out.major = first >> 5U;
    auto info = first & 31U;
    out.argument = info;
    if (info < 24) return true;
    if (info > 27) return false;
    size_t size = size_t{1} << (info - 24);
    if (bytes_.size() - at_ < size) return false;
    out.argument = 0;
    for (size_t i = 0; i < size; ++i) out.argument = out.argument << 8U | static_cast<uint8_t>(bytes_[at_++]);
    return true;
  }

  auto chunk(uint64_t size, std::string_view& out) -> bool {
    if (size > bytes_.size() - at_) return false;
    out = bytes_.substr(at_, size);
    at_ += size;
    return true;
  }

  // Goes past one item.
  auto skip(int depth) -> bool {
    Head item;
    std::string_view passed;
    if (depth > kMostDepth || !head(item)) return false;
    switch (item.major) {
      case kBytes:
      case kText: return chunk(item.argument, passed);
      case kArray: return skip_items(item.argument, depth);
      case kMap: return item.argument <= bytes_.size() && skip_items(item.argument * 2, depth);
      case kTag: return skip(depth + 1);
      default: return true;
    }
  }

  [[nodiscard]] auto at() const -> size_t { return at_; }
  [[nodiscard]] auto done() const -> bool { return at_ == bytes_.size(); }

 private:
  auto skip_items(uint64_t count, int depth) -> bool {
    if (count > bytes_.size() - at_) return false;  // each takes a byte at least
    for (uint64_t i = 0; i < count; ++i) {
      if (!skip(depth + 1)) return false;
    }
    return true;
  }

  std::string_view bytes_;
  size_t at_ = 0;
};

}  // namespace

auto map_slices(std::string_view bytes, std::vector<Slice>& out) -> Result<void> {
  out.clear();
  Walker walker(bytes);
  Walker::Head map;
  bool good = walker.head(map) && map.major == kMap && map.argument <= bytes.size();
  std::string_view before;
  for (uint64_t i = 0; good && i < map.argument; ++i) {
    Walker::Head key;
    Slice slice;
    good = walker.head(key) && key.major == kText && walker.chunk(key.argument, slice.key) && first_invalid_utf8(slice.key) == std::string_view::npos;
    // Shorter ones first, then by bytes: so no key stands twice.
    good = good && (i == 0 || before.size() < slice.key.size() || (before.size() == slice.key.size() && before < slice.key));
    before = slice.key;
    auto from = walker.at();
    good = good && walker.skip(1);
    slice.bytes = bytes.substr(from, walker.at() - from);
    out.push_back(slice);
  }
  if (good && walker.done()) return {};
  return corrupt("the state holds a row that does not read");
}

auto slice_text(std::string_view bytes, std::string_view& out) -> bool {
  Walker walker(bytes);
  Walker::Head item;
  return walker.head(item) && item.major == kText && walker.chunk(item.argument, out) && walker.done() && first_invalid_utf8(out) == std::string_view::npos;
}

auto slice_number(std::string_view bytes, uint64_t& out) -> bool {
  Walker walker(bytes);
  Walker::Head item;
  if (!walker.head(item) || item.major != kUnsigned || !walker.done()) return false;
  out = item.argument;
  return true;
}

}  // namespace weft::state
