// Texts made worse, always in the same way: tokens taken out, doubled, swapped or put elsewhere, ends cut off, brackets
// opened without end, bytes put in that no text holds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weft::test {

class Mutator {
 public:
  explicit Mutator(uint64_t seed) : state_(seed) {}

  // Another one each time it is asked.
  auto mutate(const std::string& text) -> std::string {
    auto tokens = split(text);
    size_t at = below(tokens.size());
    size_t other = below(tokens.size());
    switch (round_++ % 9) {
      case 0: tokens.erase(tokens.begin() + static_cast<ptrdiff_t>(at)); break;
      case 1: tokens.insert(tokens.begin() + static_cast<ptrdiff_t>(at), tokens[at]); break;
      case 2: std::swap(tokens[at], tokens[other]); break;
      case 3: tokens[at] = tokens[other]; break;
      case 4: tokens.resize(at); break;
      case 5: tokens[at] += some_of({"{", "[", "(", "\"", "${", "\"\"\"", "/*", "}", "]", ")", "*/"}); break;
      case 6: {
        std::string open(some_of({"[", "{ a = ", "(", "if true then ", "not ", "- ", "\"${"}));
        std::string deep;
        for (size_t i = below(600); i > 0; --i) deep += open;
        tokens[at] += deep;
        break;
      }
      case 7: tokens[at] += std::string(1, static_cast<char>(below(2) == 0 ? below(32) : 127 + below(129))); break;
      default: tokens[at] = some_of({"null", "0", "9223372036854775808", "1h1h", "..", "=", "for", "secret", "@", "_", "\"\\u{110000}\"", "a.b.c.d"}); break;
    }
    std::string out;
    for (std::string_view one : tokens) out += one;
    return out;
  }

  // Words, numbers, white space; every other byte by itself.
  static auto split(std::string_view text) -> std::vector<std::string> {
    auto kind = [](char c) {
      bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
      return word ? 1 : c == ' ' || c == '\n' ? 2 : 0;
    };
    std::vector<std::string> tokens;
    for (size_t i = 0; i < text.size(); ++i) {
      bool more = i > 0 && kind(text[i]) != 0 && kind(text[i]) == kind(text[i - 1]);
      if (more) tokens.back() += text[i];
      else tokens.emplace_back(1, text[i]);
    }
    if (tokens.empty()) tokens.emplace_back();
    return tokens;
  }

 private:
  auto below(size_t bound) -> size_t {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<size_t>(state_ >> 33U) % bound;
  }
  auto some_of(const std::vector<std::string_view>& all) -> std::string_view { return all[below(all.size())]; }

  uint64_t state_;
  size_t round_ = 0;
};

}  // namespace weft::test
