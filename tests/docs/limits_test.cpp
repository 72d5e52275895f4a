// The table of limits says what the code has.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace weft::test {
namespace {

auto read(const std::string& path) -> std::string {
  std::ifstream in(std::filesystem::path(WEFT_SOURCE_DIR) / path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

struct Bound {
  const char* row;   // of docs/language.md, from the first bar
  const char* file;
  const char* code;  // that stands in it
};

constexpr Bound kBounds[] = {
    {"| a file of the fabric | 16 MiB |", "lang/syntax/parse.h", "kMaxFileBytes = 16u << 20;"},
    {"| brackets in each other | 256 |", "lang/syntax/parse.h", "kMaxNesting = 256;"},
    {"| the name of a fabric or an environment | 40 characters |", "engine/config/load.cpp", "name.size() <= 40"},
    {"| an address | 64 KiB, 64 parts |", "engine/addr/scan.h", "kMostSegments = 64;\ninline constexpr size_t kMostBytes = 64 * 1024;"},
    {"| an address | 64 KiB, 64 parts |", "engine/plan/expand.cpp", "kMostAddressBytes = 64 * 1024;\nconstexpr size_t kMostAddressParts = 64;"},
    {"| a text | 16 MiB |", "lang/eval/walk.h", "kMostText = 16u << 20;"},
    {"| a text | 16 MiB |", "stdlib/functions/parts.h", "kMaxText = size_t{16} << 20;"},
    {"| a collection | 1,000,000 elements |", "lang/eval/walk.h", "kMostElements = 1'000'000;"},
    {"| a collection | 1,000,000 elements |", "stdlib/functions/parts.h", "kMaxElements = 1'000'000;"},
    {"| lists, sets and objects in each other | 200 |", "lang/eval/walk.h", "kMostLevels = 200;"},
    {"| JSON or YAML that is read | 64 levels |", "lang/value/json.cpp", "kMaxJsonDepth = 64;"},
    {"| JSON or YAML that is read | 64 levels |", "stdlib/functions/yaml_decode.cpp", "kMaxDepth = 64;"},
    {"| what one expression makes, written out whole | 256 MiB |", "lang/eval/eval.h", "weight = uint64_t{256} << 20;"},
    {"| a type | 100,000 parts, 200 of them in each other |", "lang/check/type_rules.h", "kMostTypeParts = 100'000;\ninline constexpr uint32_t kMostTypeLevels = 200;"},
    {"| calls of functions in each other | 200 |", "lang/eval/eval.h", "call_depth = 200;"},
    {"| templates that render one another | 16 |", "engine/plan/scope.cpp", "kMostTemplates = 16;"},
    {"| steps of one expression, with all that it asks for | 200 million |", "lang/eval/eval.h", "steps = 200'000'000;"},
    {"| steps of a whole plan | 20,000 million |", "lang/eval/eval.h", "total = 20'000'000'000;"},
    {"| instances of resources, lookups and modules in a plan | 2,000,000 |", "engine/plan/expand.cpp", "kMostInstances = 2'000'000;"},
    {"| values of resources, lookups, inputs, lets and outputs in a plan | 2 GiB |", "engine/plan/scope.cpp", "kMostPlanWeight = uint64_t{2} << 30;"},
    {"| files that `file.glob` finds | 100,000 |", "engine/config/file_functions.cpp", "kMostMatches = 100'000;"},
    {"| a record of the state | 64 MiB |", "engine/state/large.h", "kMostLargeBytes = 64 * 1024 * 1024;"},
    {"| a saved plan | 2 GiB |", "engine/plan/plan_file.cpp", "kMostBytes = 2ull << 30;"},
};

TEST(Limits, TheTableIsWhatTheCodeHas) {
  std::string page = read("docs/language.md");
  ASSERT_NE(page.find("## Limits\n"), std::string::npos);
  for (const Bound& bound : kBounds) {
    EXPECT_NE(page.find(std::string("\n") + bound.row + "\n"), std::string::npos) << bound.row;
    EXPECT_NE(read(bound.file).find(bound.code), std::string::npos) << bound.file << " has another bound than " << bound.row;
  }
}

}  // namespace
}  // namespace weft::test
