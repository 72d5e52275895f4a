// What the tests of syntax and format share: the examples and a parsed text that is easy to ask.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "lang/diag/diagnostic.h"
#include "lang/diag/render.h"
#include "lang/source/source_map.h"
#include "lang/syntax/parse.h"

namespace weft::syntax {

struct Example {
  std::string name;
  std::string text;
};

inline auto read_file(const std::filesystem::path& path) -> std::string {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline auto examples_folder() -> std::filesystem::path {
  return std::filesystem::path(WEFT_SOURCE_DIR) / "tests/lang/examples";
}

inline auto examples() -> std::vector<Example> {
  std::vector<Example> all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(examples_folder())) {
    if (entry.path().extension() != ".fabric") continue;
    all.push_back({entry.path().lexically_relative(examples_folder()).string(), read_file(entry.path())});
  }
  std::ranges::sort(all, {}, &Example::name);
  return all;
}

enum class Door { kFile, kInputs, kExpression, kTemplate };

struct Parsed {
  explicit Parsed(std::string text, Door door = Door::kFile) : file(sources.add("test.fabric", std::move(text))) {
    switch (door) {
      case Door::kFile: tree = parse_file(sources, file, problems); break;
      case Door::kInputs: tree = parse_inputs(sources, file, problems); break;
      case Door::kExpression: tree = parse_expression(sources, file, problems); break;
      case Door::kTemplate: tree = parse_template(sources, file, problems); break;
    }
  }
  Parsed(const Parsed&) = delete;
  auto operator=(const Parsed&) -> Parsed& = delete;

  // "E0014 E0021", in the order of the text.
  auto codes() const -> std::string {
    std::string all;
    for (const Diagnostic& problem : problems.all()) all += (all.empty() ? "" : " ") + std::string(problem.code);
    return all;
  }
  auto report() const -> std::string { return render_text(sources, problems.all(), {.ascii = true}); }
  // The text with the first fix of every diagnostic made.
  auto fixed() const -> std::string {
    std::vector<Edit> edits;
    for (const Diagnostic& problem : problems.all()) {
      if (problem.fixes.empty()) continue;
      edits.insert(edits.end(), problem.fixes[0].edits.begin(), problem.fixes[0].edits.end());
    }
    std::ranges::stable_sort(edits, [](const Edit& a, const Edit& b) { return a.range.begin < b.range.begin; });
    std::string text(sources.text(file));
    for (size_t i = edits.size(); i-- > 0;) {
      text.replace(edits[i].range.begin, edits[i].range.end - edits[i].range.begin, edits[i].new_text);
    }
    return text;
  }

  SourceMap sources;
  DiagSink problems;
  FileId file;
  Tree tree;
};

// Tokens and the gaps between them, put together again.
inline auto printed(const Tree& tree) -> std::string {
  std::string text;
  uint32_t at = 0;
  for (const Token& token : tree.tokens.tokens) {
    text += tree.tokens.text.substr(at, token.begin - at);
    text += tree.tokens.text.substr(token.begin, token.end - token.begin);
    at = token.end;
  }
  return text + std::string(tree.tokens.text.substr(at));
}

}  // namespace weft::syntax
