#include "engine/config/hidden_source.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace weft::config {

namespace {

auto is_word(char c) -> bool {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

// The text with a blank for each character, and where each byte of it went.
struct Blank {
  std::string text;
  std::vector<uint32_t> place;
};

auto blank_of(std::string_view source) -> Blank {
  Blank out;
  for (char c : source) {
    bool goes_on = (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
    out.place.push_back(static_cast<uint32_t>(out.text.size() - (goes_on && !out.text.empty() ? 1 : 0)));
    if (!goes_on) out.text += c == '\n' || c == '\r' ? c : ' ';
  }
  out.place.push_back(static_cast<uint32_t>(out.text.size()));
  return out;
}

class Hiding {
 public:
  Hiding(SourceMap& sources, FileId file, const std::function<bool(std::string_view)>& is_name)
      : file_(file), source_(sources.text(file)), is_name_(is_name), blank_(blank_of(source_)) {
    // The map keeps texts where they are: `source_` stays good.
    twin_ = sources.add(std::string(sources.name(file)), blank_.text);
  }

  void hide(Diagnostic& one) const {
    move(one.range);
    one.message = without_source(one.message);
    one.label = without_source(one.label);
    for (Note& note : one.notes) {
      move(note.range);
      note.text = without_source(note.text);
    }
    for (std::string& help : one.help) help = without_source(help);
    std::erase_if(one.fixes, [&](const Fix& fix) {
      return std::ranges::any_of(fix.edits, [&](const Edit& edit) { return repeats(edit.new_text); }) || without_source(fix.title) != fix.title;
    });
  }

 private:
  // The place alone: how long something is may say what it is.
  void move(Range& range) const {
    if (range.file != file_) return;
    uint32_t at = blank_.place[std::min<size_t>(range.begin, source_.size())];
    range = {.file = twin_, .begin = at, .end = at};
  }

  // Whether a word of `text` is in the file.
  auto repeats(std::string_view text) const -> bool {
    for (size_t at = 0; at < text.size();) {
      if (!is_word(text[at])) {
        ++at;
        continue;
      }
      size_t end = at;
      while (end < text.size() && is_word(text[end])) ++end;
      auto word = text.substr(at, end - at);
      if (!is_name_(word) && source_.find(word) != std::string_view::npos) return true;
      at = end;
    }
    return false;
  }

  auto without_source(std::string_view words) const -> std::string {
    std::string out;
    while (!words.empty()) {
      size_t open = words.find('`');
      // Where the file has backticks too, nobody knows which of them belong together.
      bool ours = source_.find('`') == std::string_view::npos;
      size_t close = open == std::string_view::npos ? open : ours ? words.find('`', open + 1) : words.rfind('`');
      if (close == std::string_view::npos || close == open) break;
      auto piece = words.substr(open + 1, close - open - 1);
      out.append(words.substr(0, open + 1)).append(repeats(piece) ? "…" : piece).append("`");
      words.remove_prefix(close + 1);
    }
    return out.append(words);
  }

  FileId file_, twin_;
  std::string_view source_;
  const std::function<bool(std::string_view)>& is_name_;
  Blank blank_;
};

}  // namespace

void hide_source(SourceMap& sources, FileId file, const std::function<bool(std::string_view)>& is_name, DiagSink& from, DiagSink& to) {
  auto all = from.take();
  if (all.empty()) return;
  Hiding hiding(sources, file, is_name);
  for (Diagnostic& one : all) {
    hiding.hide(one);
    to.add(std::move(one));
  }
}

}  // namespace weft::config
