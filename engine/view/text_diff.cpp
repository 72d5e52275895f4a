#include "engine/view/text_diff.h"

#include <algorithm>

#include "lang/base/text.h"

namespace weft::draw {

namespace {

using Lines = std::vector<std::string_view>;

constexpr long kMostEdits = 1000;

// Myers' greedy algorithm on what is left between the equal ends. Each round keeps the furthest reach of every diagonal;
// the rounds are walked back for the path. Nothing when it would take more than kMostEdits.
class Myers {
 public:
  Myers(const Lines& a, const Lines& b, size_t skip, size_t a_end, size_t b_end)
      : a_(a), b_(b), skip_(skip), n_(static_cast<long>(a_end - skip)), m_(static_cast<long>(b_end - skip)) {}

  auto run(std::vector<Hunk>& out) -> bool {
    long most = std::min(n_ + m_, kMostEdits);
    std::vector<long> reach(static_cast<size_t>(2 * most + 3), 0);
    auto at = [&](long k) -> long& { return reach[static_cast<size_t>(k + most + 1)]; };
    for (long d = 0; d <= most; ++d) {
      for (long k = -d; k <= d; k += 2) {
        long x = k == -d || (k != d && at(k - 1) < at(k + 1)) ? at(k + 1) : at(k - 1) + 1;
        long y = x - k;
        while (x < n_ && y < m_ && same(x, y)) {
          ++x;
          ++y;
        }
        at(k) = x;
        if (x >= n_ && y >= m_) {
          walk_back(d, out);
          return true;
        }
      }
      std::vector<long> row(static_cast<size_t>(2 * d + 1));
      for (long k = -d; k <= d; ++k) row[static_cast<size_t>(k + d)] = at(k);
      rounds_.push_back(std::move(row));
    }
    return false;
  }

 private:
  [[nodiscard]] auto same(long x, long y) const -> bool {
    return a_[skip_ + static_cast<size_t>(x)] == b_[skip_ + static_cast<size_t>(y)];
  }

  void walk_back(long d, std::vector<Hunk>& out) const {
    std::vector<Hunk> edits;
    long x = n_, y = m_;
    for (; d > 0; --d) {
      const auto& row = rounds_[static_cast<size_t>(d - 1)];
      auto at = [&](long k) { return k < -(d - 1) || k > d - 1 ? -1 : row[static_cast<size_t>(k + d - 1)]; };
      long k = x - y;
      bool down = k == -d || (k != d && at(k - 1) < at(k + 1));
      long from_k = down ? k + 1 : k - 1;
      long from_x = at(from_k);
      long from_y = from_x - from_k;
      auto a = skip_ + static_cast<size_t>(from_x);
      auto b = skip_ + static_cast<size_t>(from_y);
      edits.push_back(down ? Hunk{a, a, b, b + 1} : Hunk{a, a + 1, b, b});
      x = from_x;
      y = from_y;
    }
    for (auto edit = edits.rbegin(); edit != edits.rend(); ++edit) {
      if (!out.empty() && out.back().a_end == edit->a_begin && out.back().b_end == edit->b_begin) {
        out.back().a_end = edit->a_end;
        out.back().b_end = edit->b_end;
      } else {
        out.push_back(*edit);
      }
    }
  }

  const Lines& a_;
  const Lines& b_;
  size_t skip_;
  long n_, m_;
  std::vector<std::vector<long>> rounds_;
};

}  // namespace

auto hunks(const Lines& a, const Lines& b) -> std::vector<Hunk> {
  size_t skip = 0;
  while (skip < a.size() && skip < b.size() && a[skip] == b[skip]) ++skip;
  size_t a_end = a.size(), b_end = b.size();
  while (a_end > skip && b_end > skip && a[a_end - 1] == b[b_end - 1]) {
    --a_end;
    --b_end;
  }
  if (a_end == skip && b_end == skip) return {};
  std::vector<Hunk> out;
  Myers myers(a, b, skip, a_end, b_end);
  if (!myers.run(out)) out = {Hunk{skip, a_end, skip, b_end}};
  return out;
}

auto lines_of(std::string_view text) -> Lines {
  Lines lines = split(text, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

auto words_of(std::string_view text) -> Lines {
  auto space = [](char c) { return c == ' ' || c == '\n' || c == '\t'; };
  Lines words;
  for (size_t pos = 0; pos < text.size();) {
    size_t end = pos + 1;
    while (end < text.size() && space(text[end]) == space(text[pos])) ++end;
    words.push_back(text.substr(pos, end - pos));
    pos = end;
  }
  return words;
}

}  // namespace weft::draw
