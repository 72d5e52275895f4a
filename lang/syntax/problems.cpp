#include "lang/syntax/problems.h"

#include <algorithm>

#include "lang/syntax/words.h"

namespace weft::syntax {

auto Problems::report(uint32_t begin, uint32_t end, const DiagInfo& info, std::vector<std::string> arguments,
                      Fallout fallout) -> Report {
  if (full() || follows(begin)) return drop(info, std::move(arguments));
  if (fallout == Fallout::kLine) {
    fallout_.push_back({.begin = static_cast<uint32_t>(line_begin(text_, begin)),
                        .end = static_cast<uint32_t>(line_end(text_, std::max(begin, end))),
                        .fault = begin});
  }
  return Report(found_, range(begin, end), info, std::move(arguments));
}

auto Problems::drop(const DiagInfo& info, std::vector<std::string> arguments) -> Report {
  unseen_.take();
  return Report(unseen_, {}, info, std::move(arguments));
}

void Problems::forget_from(uint32_t offset) {
  if (muted_) return;  // what is known is of the whole file
  for (Diagnostic& diagnostic : found_.take()) {
    if (diagnostic.range.begin < offset) found_.add(std::move(diagnostic));
  }
  std::erase_if(fallout_, [&](const Line& line) { return line.fault >= offset; });
}

auto Problems::follows(uint32_t offset) const -> bool {
  return std::ranges::any_of(fallout_, [&](const Line& line) { return offset >= line.begin && offset <= line.end; });
}

void Problems::flush(const SourceMap& sources, DiagSink& problems) {
  found_.sort(sources);
  for (Diagnostic& diagnostic : found_.take()) problems.add(std::move(diagnostic));
}

}  // namespace weft::syntax
