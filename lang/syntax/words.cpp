#include "lang/syntax/words.h"

#include <algorithm>
#include <array>

namespace weft::syntax {
namespace {

enum class Role : uint8_t { kReserved, kDeclaration, kPlace };
struct Row {
  std::string_view text;
  Role role;
};

constexpr std::array kRows = {
#define WORD(name, text, role) Row{text, Role::role},
#include "lang/syntax/words.def"
#undef WORD
};

// For each first letter the rows that start with it, so that most names are told apart by one look.
struct Buckets {
  std::array<uint8_t, 27> begin{};
  std::array<uint8_t, kRows.size()> rows{};
};
constexpr auto make_buckets() -> Buckets {
  Buckets buckets;
  uint8_t at = 0;
  for (size_t letter = 0; letter < 26; ++letter) {
    buckets.begin[letter] = at;
    for (size_t row = 0; row < kRows.size(); ++row) {
      if (kRows[row].text[0] == static_cast<char>('a' + letter)) buckets.rows[at++] = static_cast<uint8_t>(row);
    }
  }
  buckets.begin[26] = at;
  return buckets;
}
constexpr Buckets kBuckets = make_buckets();
static_assert(kBuckets.begin[26] == kRows.size());

auto row_of(Word word) -> const Row& { return kRows[static_cast<size_t>(word) - 1]; }

auto skip_blanks(std::string_view text, size_t at) -> size_t {
  while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
  return at;
}
auto name_end(std::string_view text, size_t at) -> size_t {
  while (at < text.size() && is_name_char(text[at])) ++at;
  return at;
}

}  // namespace

auto word_of(std::string_view name) -> Word {
  if (name.size() < 2 || name[0] < 'a' || name[0] > 'z') return Word::kNone;
  const auto letter = static_cast<size_t>(name[0] - 'a');
  for (size_t i = kBuckets.begin[letter]; i < kBuckets.begin[letter + 1]; ++i) {
    if (kRows[kBuckets.rows[i]].text == name) return static_cast<Word>(kBuckets.rows[i] + 1);
  }
  return Word::kNone;
}

auto text_of(Word word) -> std::string_view { return word == Word::kNone ? std::string_view{} : row_of(word).text; }
auto is_reserved(Word word) -> bool { return word != Word::kNone && row_of(word).role == Role::kReserved; }
auto is_declaration(Word word) -> bool { return word != Word::kNone && row_of(word).role == Role::kDeclaration; }

auto declaration_words() -> std::vector<std::string_view> {
  std::vector<std::string_view> words;
  for (const Row& row : kRows) {
    if (row.role == Role::kDeclaration) words.push_back(row.text);
  }
  return words;
}

auto is_name(std::string_view text) -> bool {
  return !text.empty() && is_name_start(text[0]) && std::ranges::all_of(text, is_name_char);
}

auto starts_declaration(std::string_view text, size_t at) -> bool {
  const size_t end = name_end(text, at);
  const std::string_view first = text.substr(at, end - at);
  const Word word = word_of(first);
  const bool foreign = first == "data" || first == "variable";
  const bool foreign_block = first == "locals" || first == "terraform";
  if (!is_declaration(word) && !foreign && !foreign_block) return false;
  const size_t next = skip_blanks(text, end);
  if (next >= text.size()) return false;
  if (text[next] == '{') return word == Word::kState || foreign_block;
  if (text[next] == '"') return !foreign_block;
  if (next == end || word == Word::kNone || !is_name_start(text[next])) return false;
  return !is_reserved(word_of(text.substr(next, name_end(text, next) - next)));
}

auto line_begin(std::string_view text, size_t at) -> size_t {
  const size_t before = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  return before == std::string_view::npos ? 0 : before + 1;
}

auto line_end(std::string_view text, size_t at) -> size_t {
  size_t end = std::min(text.find('\n', at), text.size());
  if (end > at && text[end - 1] == '\r') --end;
  return end;
}

auto line_start(std::string_view text, size_t at) -> LineStart {
  size_t begin = at;
  while (begin > 0 && (text[begin - 1] == ' ' || text[begin - 1] == '\t')) --begin;
  if (begin > 0 && text[begin - 1] != '\n' && !(begin == 3 && text.starts_with("\xEF\xBB\xBF"))) return {};
  return {.first = true, .column = static_cast<uint32_t>(at - begin)};
}

auto indentation_of_line(std::string_view text, size_t at) -> std::string_view {
  const size_t begin = line_begin(text, at);
  return text.substr(begin, skip_blanks(text, begin) - begin);
}

}  // namespace weft::syntax
