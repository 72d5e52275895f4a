// What lexer, bracket repair and parser found in one file. Later steps stay silent where an earlier one has spoken,
// so that one fault is one message, and a file of rubbish gives a bounded number of them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lang/diag/diagnostic.h"
#include "lang/source/source_map.h"

namespace weft::syntax {

inline constexpr size_t kMostProblems = 200;  // a file; more than that is no fabric file

class Problems {
 public:
  Problems(std::string_view text, FileId file) : text_(text), file_(file) {}

  // Whether what follows on the same line may only follow from this fault.
  enum class Fallout : uint8_t { kNone, kLine };

  auto report(uint32_t begin, uint32_t end, const DiagInfo& info, std::vector<std::string> arguments = {},
              Fallout fallout = Fallout::kNone) -> Report;
  // A report that nobody will see: for faults that follow from others.
  auto drop(const DiagInfo& info, std::vector<std::string> arguments = {}) -> Report;
  // What later steps find between the two places only follows from what has been reported.
  void expect_fallout(uint32_t begin, uint32_t end) { fallout_.push_back({begin, end, begin}); }
  // Nothing further is reported: the file is no text.
  void mute() { muted_ = true; }
  // Takes back everything reported at or behind `offset`; the lexer reads that part again.
  void forget_from(uint32_t offset);
  // Whether `offset` stands on a line with a fault that has fallout.
  [[nodiscard]] auto follows(uint32_t offset) const -> bool;
  [[nodiscard]] auto range(uint32_t begin, uint32_t end) const -> Range { return {.file = file_, .begin = begin, .end = end}; }
  [[nodiscard]] auto full() const -> bool { return muted_ || found_.all().size() >= kMostProblems; }
  // Hands everything over, in the order of the text.
  void flush(const SourceMap& sources, DiagSink& problems);

 private:
  std::string_view text_;
  FileId file_;
  DiagSink found_;
  DiagSink unseen_;
  struct Line {
    uint32_t begin;
    uint32_t end;
    uint32_t fault;
  };
  std::vector<Line> fallout_;  // in no order; few
  bool muted_ = false;
};

}  // namespace weft::syntax
