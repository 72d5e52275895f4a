#include "lang/value/type_text.h"

#include <charconv>
#include <utility>

#include "lang/base/check.h"
#include "lang/base/text.h"
#include "lang/value/function.h"
#include "lang/value/value.h"

namespace weft {

namespace {

constexpr int kMaxTypeDepth = 64;

constexpr std::pair<TypeKind, std::string_view> kSimpleNames[] = {
    {TypeKind::kError, "error"},   {TypeKind::kAny, "any"},           {TypeKind::kNull, "null"},
    {TypeKind::kBool, "bool"},     {TypeKind::kInt, "int"},           {TypeKind::kNumber, "number"},
    {TypeKind::kString, "string"}, {TypeKind::kDuration, "duration"}, {TypeKind::kSize, "size"},
};

auto starts_name(char c) -> bool {
  return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
auto continues_name(char c) -> bool {
  return starts_name(c) || (c >= '0' && c <= '9');
}

auto object_text(const Type& type) -> std::string {
  if (!type.name().empty()) return std::string(type.name());
  if (type.members().empty()) return "{}";
  std::string out = "{ ";
  for (const auto& member : type.members()) {
    if (out.size() > 2) out += ", ";
    out += is_plain_name(member.name) ? member.name : quote_text(member.name);
    // `b?: U` reads as U?; the mark on the name says it already.
    out += member.may_be_left_out ? "?: " : ": ";
    out += (member.may_be_left_out ? member.type.with_optional(false) : member.type).text();
  }
  return out + " }";
}

auto bare_text(const Type& type) -> std::string {
  switch (type.kind()) {
    case TypeKind::kLiteral: {
      const auto& literal = type.literal_value();
      if (const auto* number = std::get_if<int64_t>(&literal)) return std::to_string(*number);
      return quote_text(std::get<std::string>(literal));
    }
    case TypeKind::kList: return "list<" + type.element().text() + ">";
    case TypeKind::kSet: return "set<" + type.element().text() + ">";
    case TypeKind::kMap: return "map<" + type.element().text() + ">";
    case TypeKind::kObject: return object_text(type);
    case TypeKind::kVariable: return std::string(type.name());
    case TypeKind::kUnion: {
      std::string out;
      for (const auto& alternative : type.alternatives()) {
        if (!out.empty()) out += " | ";
        out += alternative.text();
      }
      return out;
    }
    default: break;
  }
  for (auto [kind, name] : kSimpleNames) {
    if (kind == type.kind()) return std::string(name);
  }
  return "error";
}

}  // namespace

auto is_plain_name(std::string_view text) -> bool {
  if (text.empty() || !starts_name(text.front())) return false;
  for (char c : text) {
    if (!continues_name(c)) return false;
  }
  return true;
}

auto Type::text() const -> std::string {
  std::string out = bare_text(*this);
  if (kind_ == TypeKind::kUnion && (optional_ || secret_)) out = "(" + out + ")";
  if (secret_) out.insert(0, "secret ");
  if (optional_) out += '?';
  return out;
}

auto TypeReader::peek() -> char {
  while (pos_ < text_.size() && (text_[pos_] == ' ' || text_[pos_] == '\n' || text_[pos_] == '\t')) ++pos_;
  return pos_ < text_.size() ? text_[pos_] : '\0';
}

auto TypeReader::at_end() -> bool {
  peek();
  return pos_ >= text_.size();
}

auto TypeReader::rest() -> std::string_view {
  peek();
  return text_.substr(std::min(pos_, text_.size()));
}

auto TypeReader::take(std::string_view token) -> bool {
  auto left = rest();
  if (!left.starts_with(token)) return false;
  if (starts_name(token.front()) && left.size() > token.size() && continues_name(left[token.size()]))
    return false;
  pos_ += token.size();
  return true;
}

auto TypeReader::word() -> std::string {
  auto left = rest();
  size_t size = 0;
  if (!left.empty() && starts_name(left.front())) {
    while (size < left.size() && continues_name(left[size])) ++size;
  }
  pos_ += size;
  return std::string(left.substr(0, size));
}

auto TypeReader::wrong(std::string_view expected) -> std::unexpected<Failure> {
  auto left = rest();
  std::string seen = left.empty() ? "its end" : "`" + std::string(left.substr(0, 20)) + "`";
  return fail(Code::kInvalid, "`" + std::string(text_.substr(0, 200)) + "`: expected " +
                                  std::string(expected) + ", this is " + seen);
}

// A text of one line as quote_text() writes it.
auto TypeReader::string() -> Result<std::string> {
  if (!take("\"")) return wrong("a text in quotes");
  std::string out;
  while (pos_ < text_.size() && text_[pos_] != '"') {
    char c = text_[pos_++];
    if (c != '\\') {
      out += c;
      continue;
    }
    char escaped = pos_ < text_.size() ? text_[pos_++] : '\0';
    switch (escaped) {
      case 'n': out += '\n'; break;
      case 't': out += '\t'; break;
      case 'r': out += '\r'; break;
      case '"':
      case '\\':
      case '$':
      case '%': out += escaped; break;
      case 'u': {
        if (!take("{")) return wrong("`{` after `\\u`");
        uint32_t code = 0;
        const char* begin = text_.data() + pos_;
        auto [stop, error] = std::from_chars(begin, text_.data() + text_.size(), code, 16);
        bool scalar = code < 0xD800 || (code > 0xDFFF && code <= 0x10FFFF);
        if (error != std::errc() || !scalar) return wrong("a code point");
        pos_ += static_cast<size_t>(stop - begin);
        if (!take("}")) return wrong("`}` after the code point");
        append_utf8(out, code);
        break;
      }
      default: return wrong("an escape");
    }
  }
  if (pos_ >= text_.size()) return wrong("a quote at the text's end");
  ++pos_;
  return out;
}

auto TypeReader::type() -> Result<Type> {
  if (++depth_ > kMaxTypeDepth) return fail(Code::kInvalid, "this type is nested deeper than 64 levels");
  bool secret = take("secret");
  std::vector<Type> alternatives;
  do {
    TRY(alternative, atom());
    alternatives.push_back(std::move(alternative));
  } while (take("|"));
  Type type = alternatives.size() == 1 ? alternatives.front() : Type::union_of(std::move(alternatives));
  if (take("?")) type = type.with_optional();
  if (secret) type = type.with_secret();
  --depth_;
  return type;
}

auto TypeReader::atom() -> Result<Type> {
  char c = peek();
  if (c == '"') {
    TRY(text, string());
    return Type::literal(std::move(text));
  }
  if (c == '-' || (c >= '0' && c <= '9')) return integer();
  if (take("(")) {
    TRY(inner, type());
    if (!take(")")) return wrong("`)`");
    return inner;
  }
  if (take("{")) return members();
  for (auto [word, make] : {std::pair{"list", &Type::list}, {"set", &Type::set}, {"map", &Type::map}}) {
    if (!take(word)) continue;
    if (!take("<")) return wrong("`<`");
    TRY(element, type());
    if (!take(">")) return wrong("`>`");
    return make(std::move(element));
  }
  auto name = word();
  if (name.empty()) return wrong("a type");
  return named(std::move(name));
}

auto TypeReader::integer() -> Result<Type> {
  int64_t number = 0;
  auto left = rest();
  auto [stop, error] = std::from_chars(left.data(), left.data() + left.size(), number);
  if (error != std::errc()) return wrong("an int");
  pos_ += static_cast<size_t>(stop - left.data());
  return Type::literal(number);
}

auto TypeReader::members() -> Result<Type> {
  std::vector<Member> members;
  while (!take("}")) {
    Member member;
    if (peek() == '"') {
      TRY(quoted, string());
      member.name = std::move(quoted);
    } else {
      member.name = word();
      if (member.name.empty()) return wrong("a member's name or `}`");
    }
    member.may_be_left_out = take("?");
    if (!take(":")) return wrong("`:` after a member's name");
    TRY(its_type, type());
    member.type = member.may_be_left_out ? its_type.with_optional() : its_type;
    for (const auto& other : members) {
      if (other.name == member.name)
        return fail(Code::kInvalid, "the member `" + member.name + "` is there twice");
    }
    members.push_back(std::move(member));
    if (!take(",") && peek() != '}') return wrong("`,` or `}`");
  }
  return Type::object(std::move(members));
}

auto TypeReader::named(std::string name) -> Result<Type> {
  for (auto [kind, simple] : kSimpleNames) {
    // Nobody writes the type of a mistake; only documents hold it.
    if (name == simple && (kind != TypeKind::kError || names_ == Names::kOpaque)) return Type::simple(kind);
  }
  if (name.size() == 1 && name[0] >= 'A' && name[0] <= 'Z') return Type::variable(std::move(name));
  if (names_ == Names::kVariables) return fail(Code::kInvalid, "there is no type `" + name + "` here");
  while (pos_ < text_.size() && text_[pos_] == '.') {
    ++pos_;
    name += '.';
    if (pos_ < text_.size() && text_[pos_] == '"') {
      size_t start = pos_;
      TRY(quoted, string());
      name += text_.substr(start, pos_ - start);
    } else {
      name += word();
    }
  }
  return Type::object({}, std::move(name));
}

auto type_from_text(std::string_view text) -> Type {
  TypeReader reader(text, TypeReader::Names::kVariables);
  auto type = reader.type();
  CHECK(type.has_value());
  CHECK(reader.at_end());
  return *type;
}

}  // namespace weft
