// Golden files: what goes in and what comes out stand in one file, so that a change of behaviour is a diff to read.
//
//   # what this case is about
//   run: check --json main.fabric          a word and its arguments, cut at spaces; "…" keeps spaces; may come several times.
//                                          What other words than `run` mean is up to the test
//   --- main.fabric                        an input file, up to the next such line
//   resource disk: "x"
//   --- expect                             the last part: the output, to the end of the file
//   error: …
//
// A line of a part that itself starts with `--- ` is written with a backslash before it. WEFT_ACCEPT=1 (tests/accept)
// writes what came out into the file instead of comparing; WEFT_GOLDEN=TEXT takes only cases whose path holds TEXT.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/base/result.h"

namespace weft::test {

struct GoldenFile {
  std::string name;
  std::string text;
};

struct GoldenLine {
  std::string word;                    // "run"
  std::vector<std::string> arguments;
};

struct GoldenCase {
  std::string path;                            // of the .t file
  std::string name;                            // the file's name without .t
  std::string head;                            // everything before the first part, as it stands
  std::vector<GoldenLine> lines;               // of the head, without remarks
  std::vector<std::vector<std::string>> runs;  // the arguments of each `run:` line
  std::vector<GoldenFile> files;
  std::optional<std::string> expected;         // nothing in a case that was just begun

  // The text of the only file, or of the named one; a case without it is a broken test.
  [[nodiscard]] auto file(std::string_view name = {}) const -> const std::string&;
};

[[nodiscard]] auto parse_golden(std::string path, std::string_view text) -> Result<GoldenCase>;
// The whole file with `output` as what is expected.
[[nodiscard]] auto write_golden(const GoldenCase& one, std::string_view output) -> std::string;

// Runs every *.t file under `path` (a folder, with those below it, or one file; relative paths start at the source
// tree) and compares what `run` gives with what is expected. To be called in a TEST; finding no case is a failure.
void run_golden(const std::string& path, const std::function<std::string(const GoldenCase&)>& run);

}  // namespace weft::test
