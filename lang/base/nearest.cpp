#include <algorithm>
#include <cstdlib>

#include "lang/base/text.h"

namespace weft {

namespace {

// Costs in quarters of an edit, so that a wrong case or a missing `_` weighs a quarter of a wrong letter.
constexpr unsigned kEdit = 4;
constexpr unsigned kSlip = 1;
// Longer names are compared by nobody: the table below is quadratic.
constexpr size_t kLongest = 256;

auto lower(char c) -> char { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
auto is_separator(char c) -> bool { return c == '_' || c == '-'; }

auto replacing(char a, char b) -> unsigned {
  if (a == b) return 0;
  return lower(a) == lower(b) || (is_separator(a) && is_separator(b)) ? kSlip : kEdit;
}
auto inserting(char c) -> unsigned { return is_separator(c) ? kSlip : kEdit; }

// Edit distance with transposition of neighbours (optimal string alignment), three rows of the table at a time.
class Distance {
 public:
  auto operator()(std::string_view a, std::string_view b) -> unsigned {
    before_.assign(b.size() + 1, 0);
    above_.assign(b.size() + 1, 0);
    row_.assign(b.size() + 1, 0);
    for (size_t j = 1; j <= b.size(); ++j) above_[j] = above_[j - 1] + inserting(b[j - 1]);
    for (size_t i = 1; i <= a.size(); ++i) {
      row_[0] = above_[0] + inserting(a[i - 1]);
      for (size_t j = 1; j <= b.size(); ++j) {
        row_[j] = std::min({above_[j - 1] + replacing(a[i - 1], b[j - 1]), above_[j] + inserting(a[i - 1]),
                            row_[j - 1] + inserting(b[j - 1])});
        bool crossed = i > 1 && j > 1 && a[i - 1] != a[i - 2] && lower(a[i - 1]) == lower(b[j - 2]) &&
                       lower(a[i - 2]) == lower(b[j - 1]);
        if (crossed) row_[j] = std::min(row_[j], before_[j - 2] + kEdit);
      }
      std::swap(before_, above_);
      std::swap(above_, row_);
    }
    return above_[b.size()];
  }

 private:
  std::vector<unsigned> before_, above_, row_;
};

template <class Text>
auto nearest_of(std::string_view word, std::span<const Text> candidates) -> std::string_view {
  if (word.empty() || word.size() > kLongest) return {};
  unsigned limit = kEdit * std::max<unsigned>(1, static_cast<unsigned>(word.size() / 3));
  Distance distance;
  std::string_view best;
  unsigned best_cost = limit + 1;
  for (std::string_view candidate : candidates) {
    if (candidate.empty() || candidate.size() > kLongest) continue;
    unsigned cost = distance(word, candidate);
    // With every letter replaced nothing speaks for the candidate, however short it is.
    bool all_new = cost >= kEdit * std::max(word.size(), candidate.size());
    if (cost < best_cost && !all_new) {
      best = candidate;
      best_cost = cost;
    }
  }
  return best;
}

}  // namespace

auto nearest(std::string_view word, std::span<const std::string_view> candidates) -> std::string_view {
  return nearest_of(word, candidates);
}
auto nearest(std::string_view word, std::span<const std::string> candidates) -> std::string_view {
  return nearest_of(word, candidates);
}

}  // namespace weft
