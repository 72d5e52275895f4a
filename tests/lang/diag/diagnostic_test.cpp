#include "lang/diag/diagnostic.h"

#include <gtest/gtest.h>

namespace weft {
namespace {

constexpr DiagInfo kBraces{"E0001", Severity::kError, "`{` and {1} before {0}, `{}` is none", ""};
constexpr DiagInfo kWarn{"W0001", Severity::kWarning, "careful", ""};

TEST(Report, SendsItselfWithItsArguments) {
  DiagSink sink;
  { Report(sink, {}, kBraces, {"a", "b"}); }
  ASSERT_EQ(sink.all().size(), 1U);
  EXPECT_EQ(sink.all()[0].message, "`{` and b before a, `{}` is none");
  EXPECT_EQ(sink.errors(), 1U);
  EXPECT_EQ(sink.warnings(), 0U);
}

TEST(ReportDeathTest, AnArgumentThatIsMissingIsABug) {
  DiagSink sink;
  EXPECT_EXIT(Report(sink, {}, kBraces, {"a"}), testing::ExitedWithCode(70), "index < arguments.size()");
}

TEST(Report, FixesHaveATitle) {
  DiagSink sink;
  Range range{.file = FileId{0}, .begin = 0, .end = 1};
  Report(sink, range, kWarn).fix(range, "x").fix(range, "").fix(range, "y", "better");
  auto& fixes = sink.all()[0].fixes;
  EXPECT_EQ(fixes[0].title, "write `x`");
  EXPECT_EQ(fixes[1].title, "take this out");
  EXPECT_EQ(fixes[2].title, "better");
}

TEST(DiagSink, SortsByPlaceAndDropsRepetitions) {
  SourceMap sources;
  FileId a = sources.add("a", "0123456789");
  FileId b = sources.add("b", "0123456789");
  DiagSink sink;
  auto at = [&](FileId file, uint32_t begin) { Range range{.file = file, .begin = begin, .end = begin + 1}; return range; };
  Report(sink, {}, kWarn);
  Report(sink, at(b, 1), kWarn);
  Report(sink, at(a, 5), kWarn);
  Report(sink, at(a, 2), kBraces, {"x", "y"});
  Report(sink, at(a, 5), kWarn);
  EXPECT_EQ(sink.warnings(), 4U);
  sink.sort(sources);
  ASSERT_EQ(sink.all().size(), 4U);
  EXPECT_EQ(sink.all()[0].range, at(a, 2));
  EXPECT_EQ(sink.all()[1].range, at(a, 5));
  EXPECT_EQ(sink.all()[2].range, at(b, 1));
  EXPECT_FALSE(sink.all()[3].range.valid());
  EXPECT_EQ(sink.warnings(), 3U);
  EXPECT_EQ(sink.errors(), 1U);
  EXPECT_EQ(sink.take().size(), 4U);
  EXPECT_EQ(sink.errors(), 0U);
  EXPECT_TRUE(sink.all().empty());
}

}  // namespace
}  // namespace weft
