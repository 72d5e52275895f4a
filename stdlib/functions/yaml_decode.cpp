#include "stdlib/functions/yaml_decode.h"

#include <yaml.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>

#include "lang/base/text.h"
#include "stdlib/functions/parts.h"
#include "stdlib/functions/yaml_scalar.h"

namespace weft::functions {

namespace {

constexpr int kMaxDepth = 64;

// A value with what it costs: how many values it holds and how deep it goes, aliases followed.
struct Node {
  Value value;
  size_t weight = 1;
  int height = 0;
};

class Event {
 public:
  Event() = default;
  Event(const Event&) = delete;
  auto operator=(const Event&) -> Event& = delete;
  ~Event() { drop(); }
  auto next(yaml_parser_t& parser) -> bool {
    drop();
    held_ = yaml_parser_parse(&parser, &event_) != 0;
    return held_;
  }
  auto operator->() const -> const yaml_event_t* { return &event_; }

 private:
  void drop() {
    if (held_) yaml_event_delete(&event_);
    held_ = false;
  }
  yaml_event_t event_{};
  bool held_ = false;
};

auto text_of(const yaml_char_t* text) -> std::string_view {
  return text == nullptr ? std::string_view() : std::string_view(reinterpret_cast<const char*>(text));
}

// Its words in ours.
auto own_words(std::string_view problem) -> std::string_view {
  static constexpr std::pair<std::string_view, std::string_view> kWords[] = {
#define YAML_PROBLEM(theirs, ours) {theirs, ours},
#include "stdlib/functions/yaml_problems.def"
#undef YAML_PROBLEM
  };
  auto found = std::ranges::find(kWords, problem, &std::pair<std::string_view, std::string_view>::first);
  return found == std::end(kWords) ? "this is no YAML" : found->second;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {
    ready_ = yaml_parser_initialize(&parser_) != 0;
    if (!ready_) return;
    if (text.data() == nullptr) text = "";  // libyaml takes no null pointer
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
  }
  Reader(const Reader&) = delete;
  auto operator=(const Reader&) -> Reader& = delete;
  ~Reader() {
    if (ready_) yaml_parser_delete(&parser_);
  }

  auto documents() -> Result<std::vector<Value>> {
    if (!ready_) return fail(Code::kInternal, "no memory to read YAML");
    std::vector<Value> all;
    for (;;) {
      TRY_VOID(step());
      switch (event_->type) {
        case YAML_STREAM_END_EVENT: return all;
        case YAML_DOCUMENT_START_EVENT: {
          anchors_.clear();
          TRY_VOID(step());
          TRY(root, node(0));
          all.push_back(std::move(root.value));
          if (all.size() > kMaxElements) return wrong("more than 1,000,000 documents");
          break;
        }
        default: break;
      }
    }
  }

 private:
  auto step() -> Result<void> {
    if (event_.next(parser_)) return {};
    if (parser_.error == YAML_MEMORY_ERROR) return fail(Code::kInternal, "no memory to read YAML");
    std::string_view problem = parser_.problem == nullptr ? "" : parser_.problem;
    auto mark = parser_.error == YAML_READER_ERROR ? mark_of_byte(parser_.problem_offset) : parser_.problem_mark;
    std::string words(own_words(problem));
    bool open = words.starts_with("expected `") || words.starts_with("expected a closing");
    if (open && parser_.context != nullptr && parser_.context_mark.index < parser_.problem_mark.index) {
      words += ", for what begins at " + place(parser_.context_mark);
    }
    return wrong_at(mark, words);
  }

  [[nodiscard]] auto mark_of_byte(size_t at) const -> yaml_mark_t {
    auto before = text_.substr(0, at);
    size_t start = before.rfind('\n');
    yaml_mark_t mark{};
    mark.index = at;
    mark.line = static_cast<size_t>(std::ranges::count(before, '\n'));
    for (size_t pos = start == std::string_view::npos ? 0 : start + 1; pos < before.size(); ++mark.column) next_code_point(before, pos);
    return mark;
  }
  static auto place(const yaml_mark_t& mark) -> std::string {
    return "line " + std::to_string(mark.line + 1) + ", column " + std::to_string(mark.column + 1);
  }
  // What is missing at the end is told there: libyaml counts a line more.
  [[nodiscard]] auto wrong_at(const yaml_mark_t& mark, const std::string& what) const -> std::unexpected<Failure> {
    auto end = text_.ends_with('\n') ? text_.substr(0, text_.size() - 1) : text_;
    auto last = mark_of_byte(end.size());
    return fail(Code::kInvalid, place(mark.line > last.line ? last : mark) + " of the YAML: " + what);
  }
  auto wrong(const std::string& what) -> std::unexpected<Failure> {
    return wrong_at(event_->start_mark, what);
  }

  // The current event starts a node; afterwards it is the node's last event.
  auto node(int depth) -> Result<Node> {
    if (depth > kMaxDepth) return wrong("nested deeper than 64 levels");
    if (++read_ > kMaxElements) return wrong("more than 1,000,000 values");
    switch (event_->type) {
      case YAML_ALIAS_EVENT: return alias(depth);
      case YAML_SCALAR_EVENT: {
        std::string anchor(text_of(event_->data.scalar.anchor));
        TRY(value, scalar());
        return remember(anchor, Node{.value = std::move(value)});
      }
      case YAML_SEQUENCE_START_EVENT: return sequence(depth);
      case YAML_MAPPING_START_EVENT: return mapping(depth);
      default: return wrong("a value is missing");
    }
  }

  auto remember(const std::string& anchor, Node node) -> Result<Node> {
    if (!anchor.empty()) anchors_[anchor] = node;
    return node;
  }

  // The value itself is shared, but whoever walks over it pays for every copy.
  auto alias(int depth) -> Result<Node> {
    std::string name(text_of(event_->data.alias.anchor));
    auto found = anchors_.find(name);
    if (found == anchors_.end()) return wrong("there is no anchor `&" + name + "` above");
    if (depth + found->second.height > kMaxDepth) return wrong("nested deeper than 64 levels");
    TRY_VOID(pay(found->second.weight));
    return found->second;
  }

  auto pay(size_t weight) -> Result<void> {
    expanded_ += weight;
    if (expanded_ > kMaxElements) return wrong("its aliases stand for more than 1,000,000 values");
    return {};
  }

  auto check_tag(const yaml_char_t* tag, std::string_view fitting) -> Result<void> {
    auto name = text_of(tag);
    if (name.empty() || name == "!" || name == fitting) return {};
    return wrong("the tag `" + std::string(name) + "` is not supported");
  }

  auto scalar() -> Result<Value> {
    const auto& scalar = event_->data.scalar;
    std::string_view text(reinterpret_cast<const char*>(scalar.value), scalar.length);
    auto tag = text_of(scalar.tag);
    bool plain = scalar.style == YAML_PLAIN_SCALAR_STYLE;
    if (tag == YAML_STR_TAG || tag == "!" || (tag.empty() && !plain)) return Value::string(text);
    auto value = plain_scalar(text);
    if (!value) return wrong(value.error().text);
    if (tag.empty()) return value;
    bool fits = (tag == YAML_NULL_TAG && value->is_null()) ||
                (tag == YAML_BOOL_TAG && value->is(ValueKind::kBool)) ||
                (tag == YAML_INT_TAG && value->is(ValueKind::kInt)) ||
                (tag == YAML_FLOAT_TAG && value->is(ValueKind::kNumber));
    if (fits) return value;
    if (tag == YAML_FLOAT_TAG && value->is(ValueKind::kInt)) return Value::number(value->as_number());
    return wrong("the tag `" + std::string(tag) + "` is not supported, or does not fit " + quoted(text));
  }

  auto sequence(int depth) -> Result<Node> {
    TRY_VOID(check_tag(event_->data.sequence_start.tag, YAML_SEQ_TAG));
    std::string anchor(text_of(event_->data.sequence_start.anchor));
    std::vector<Value> elements;
    Node made;
    for (;;) {
      TRY_VOID(step());
      if (event_->type == YAML_SEQUENCE_END_EVENT) break;
      TRY(element, node(depth + 1));
      made.weight += element.weight;
      made.height = std::max(made.height, element.height + 1);
      elements.push_back(std::move(element.value));
    }
    made.value = Value::list(std::move(elements));
    return remember(anchor, std::move(made));
  }

  auto key() -> Result<std::string> {
    Value value;
    std::string text;
    if (event_->type == YAML_ALIAS_EVENT) {
      TRY(node, alias(0));
      value = node.value;
      auto plain = value.is_null() ? std::optional<std::string>("null") : weft::template_text(value);
      if (!plain) return wrong("a key is a text");
      return *plain;
    }
    if (event_->type != YAML_SCALAR_EVENT) return wrong("a key is a text");
    // 8080 and true are keys as they are written: the language's keys are texts.
    const auto& scalar = event_->data.scalar;
    text.assign(reinterpret_cast<const char*>(scalar.value), scalar.length);
    std::string anchor(text_of(scalar.anchor));
    if (!anchor.empty()) anchors_[anchor] = Node{.value = Value::string(text)};
    return text;
  }

  auto mapping(int depth) -> Result<Node> {
    TRY_VOID(check_tag(event_->data.mapping_start.tag, YAML_MAP_TAG));
    std::string anchor(text_of(event_->data.mapping_start.anchor));
    std::map<Text, Value> members;
    std::vector<Value> merged;
    Node made;
    for (;;) {
      TRY_VOID(step());
      if (event_->type == YAML_MAPPING_END_EVENT) break;
      bool merges = event_->type == YAML_SCALAR_EVENT &&
                    event_->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
                    std::string_view(reinterpret_cast<const char*>(event_->data.scalar.value),
                                     event_->data.scalar.length) == "<<";
      auto mark = event_->start_mark;
      TRY(name, key());
      TRY_VOID(step());
      TRY(member, node(depth + 1));
      made.weight += member.weight;
      made.height = std::max(made.height, member.height + 1);
      if (merges) {
        TRY_VOID(gather(member.value, merged, mark));
      } else if (!members.emplace(name, std::move(member.value)).second) {
        return wrong_at(mark, "the key " + quoted(name) + " is there twice");
      }
    }
    // What is written in the mapping itself goes before what is merged in, an earlier source before a later
    // one.
    for (const auto& source : merged) {
      for (const auto& field : source.fields()) members.emplace(field.key, field.value);
    }
    std::vector<Field> fields;
    for (auto& [name, value] : members) fields.push_back({name, std::move(value)});
    made.value = Value::object(std::move(fields));
    return remember(anchor, std::move(made));
  }

  auto gather(const Value& source, std::vector<Value>& merged, const yaml_mark_t& mark) -> Result<void> {
    if (source.is(ValueKind::kObject)) {
      merged.push_back(source);
      return {};
    }
    if (source.is(ValueKind::kList)) {
      for (const auto& one : source.elements()) {
        if (!one.is(ValueKind::kObject)) return wrong_at(mark, "`<<` merges mappings");
        merged.push_back(one);
      }
      return {};
    }
    return wrong_at(mark, "`<<` merges mappings");
  }

  std::string_view text_;
  yaml_parser_t parser_{};
  bool ready_ = false;
  Event event_;
  std::map<std::string, Node> anchors_;
  size_t read_ = 0;
  size_t expanded_ = 0;
};

}  // namespace

auto yaml_documents(std::string_view text) -> Result<std::vector<Value>> {
  if (text.size() > kMaxText) return fail(Code::kInvalid, "this YAML is larger than 16 MiB");
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (size_t bad = first_invalid_utf8(text); bad != std::string_view::npos) {
    return fail(Code::kInvalid, "byte " + std::to_string(bad + 1) + " of the YAML is not UTF-8");
  }
  auto reader = std::make_unique<Reader>(text);
  return reader->documents();
}

}  // namespace weft::functions
