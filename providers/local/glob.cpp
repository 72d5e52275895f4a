#include "providers/local/glob.h"

namespace weft::local {

namespace {

// The classic walk with one place to go back to: a later star makes an earlier one irrelevant within a part.
auto part_matches(std::string_view pattern, std::string_view part) -> bool {
  size_t p = 0, t = 0;
  size_t star = std::string_view::npos, resume = 0;
  while (t < part.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == part[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

struct Split {
  std::string_view first;
  std::string_view rest;
  bool last;
};
auto split_first(std::string_view path) -> Split {
  auto slash = path.find('/');
  if (slash == std::string_view::npos) return {path, {}, true};
  return {path.substr(0, slash), path.substr(slash + 1), false};
}

}  // namespace

// The same walk over parts, with `**` as the star.
auto glob_matches(std::string_view pattern, std::string_view path) -> bool {
  std::string_view after_stars, resume;
  bool has_stars = false;
  bool pattern_ended = false, path_ended = false;
  for (;;) {
    if (path_ended) {
      while (!pattern_ended) {
        auto part = split_first(pattern);
        if (part.first != "**") return false;
        pattern = part.rest;
        pattern_ended = part.last;
      }
      return true;
    }
    if (!pattern_ended) {
      auto want = split_first(pattern);
      if (want.first == "**") {
        if (want.last) return true;
        pattern = after_stars = want.rest;
        resume = path;
        has_stars = true;
        continue;
      }
      auto have = split_first(path);
      if (part_matches(want.first, have.first)) {
        pattern = want.rest;
        pattern_ended = want.last;
        path = have.rest;
        path_ended = have.last;
        continue;
      }
    }
    if (!has_stars) return false;
    auto skipped = split_first(resume);
    if (skipped.last) return false;
    path = resume = skipped.rest;
    pattern = after_stars;
    pattern_ended = false;
  }
}

}  // namespace weft::local
