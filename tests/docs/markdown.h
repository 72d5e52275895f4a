// What the tests of the documentation read out of Markdown: fenced blocks, links and headings.
#pragma once

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lang/base/check.h"

namespace weft::test {

struct Block {
  size_t line = 0;       // of its first line of text
  std::string language;  // "fabric-error"
  std::string argument;  // what follows it: "E0211"
  std::string text;
};

struct Link {
  size_t line = 0;
  std::string target;
};

struct Document {
  std::string name;  // relative to the source tree
  std::string text;
  std::vector<Block> blocks;
  std::vector<Link> links;
  std::vector<std::string> anchors;
};

// As the sites that show Markdown make them: small letters, digits, `-` and `_`; spaces become `-`.
inline auto anchor_of(std::string_view heading) -> std::string {
  std::string out;
  for (char c : heading) {
    auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) || c == '-' || c == '_' || byte >= 0x80) out += static_cast<char>(std::tolower(byte));
    if (c == ' ') out += '-';
  }
  return out;
}

// Code in a line means itself, so what looks like a link in it is none.
inline auto without_code(const std::string& line) -> std::string {
  static const std::regex kCode("`[^`]*`");
  return std::regex_replace(line, kCode, "");
}

inline auto read_markdown(std::string name, std::string text) -> Document {
  static const std::regex kLink(R"(\]\(([^)\s]+)\))");
  Document out{.name = std::move(name), .text = std::move(text)};
  std::istringstream lines(out.text);
  std::string line;
  Block* open = nullptr;
  for (size_t number = 1; std::getline(lines, line); ++number) {
    if (line.starts_with("```")) {
      if (open != nullptr) {
        open = nullptr;
        continue;
      }
      std::istringstream words(line.substr(3));
      open = &out.blocks.emplace_back(Block{.line = number + 1});
      words >> open->language >> open->argument;
      continue;
    }
    if (open != nullptr) {
      open->text += line + '\n';
      continue;
    }
    if (line.starts_with('#')) out.anchors.push_back(anchor_of(line.substr(line.find_first_not_of("# "))));
    std::string plain = without_code(line);
    for (std::sregex_iterator match(plain.begin(), plain.end(), kLink), end; match != end; ++match) {
      out.links.push_back(Link{.line = number, .target = (*match)[1]});
    }
  }
  CHECK(open == nullptr);  // a fence that is never closed would hide the rest from the tests
  return out;
}

// Every Markdown file of the source tree, sorted; build folders and hidden ones aside.
inline auto all_markdown() -> std::vector<Document> {
  namespace fs = std::filesystem;
  std::vector<Document> out;
  fs::path top = WEFT_SOURCE_DIR;
  for (auto it = fs::recursive_directory_iterator(top); it != fs::recursive_directory_iterator(); ++it) {
    std::string name = it->path().filename().string();
    if (it->is_directory() && (name.starts_with('.') || name.starts_with("build") || name == "out")) {
      it.disable_recursion_pending();
      continue;
    }
    if (!it->is_regular_file() || it->path().extension() != ".md") continue;
    std::ifstream in(it->path(), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    CHECK(in.good());
    out.push_back(read_markdown(fs::relative(it->path(), top).string(), text.str()));
  }
  std::ranges::sort(out, {}, &Document::name);
  return out;
}

struct NamedText {
  std::string name;
  std::string text;
};

// The files that a block stands for: a line `// file: NAME` begins another one, the first is main.fabric.
inline auto files_of(const Block& block) -> std::vector<NamedText> {
  constexpr std::string_view kMark = "// file: ";
  std::vector<NamedText> out;
  std::istringstream lines(block.text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(kMark)) {
      out.push_back({line.substr(kMark.size()), ""});
      continue;
    }
    if (out.empty()) out.push_back({"main.fabric", ""});
    out.back().text += line + '\n';
  }
  // The empty line before a mark is the page's, not the file's.
  for (auto& file : out) {
    while (file.text.ends_with("\n\n")) file.text.pop_back();
  }
  return out;
}

}  // namespace weft::test
