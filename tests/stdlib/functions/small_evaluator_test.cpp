#include "tests/stdlib/functions/small_evaluator.h"

#include <gtest/gtest.h>

#include <charconv>

#include "lang/base/check.h"
#include "lang/base/text.h"
#include "stdlib/functions/library.h"

namespace weft::testing {

auto Files::read_file(std::string_view path) -> Result<std::string> {
  auto found = files.find(std::string(path));
  if (found == files.end()) return fail(Code::kNotFound, "`" + std::string(path) + "` is not there");
  return found->second;
}
auto Files::file_exists(std::string_view path) -> Result<bool> {
  return files.contains(std::string(path));
}
auto Files::glob(std::string_view pattern) -> Result<std::vector<std::string>> {
  std::vector<std::string> all;
  for (const auto& [name, text] : files) {
    if (pattern.starts_with("*") && name.ends_with(pattern.substr(1))) all.push_back(name);
  }
  return all;
}
auto Files::absolute_path(std::string_view path) -> Result<std::string> {
  return "/home/ada/fabric/" + std::string(path);
}
auto Files::render_template(std::string_view, std::string_view text, const Value& names) -> Result<Value> {
  std::string out(text);
  for (const auto& [key, value] : names.fields()) {
    std::string place = "${" + key.str() + "}";
    if (auto at = out.find(place); at != std::string::npos)
      out.replace(at, place.size(), *template_text(value));
  }
  return Value::string(out);
}

namespace {

auto is_word(char c) -> bool {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

class Evaluator {
 public:
  Evaluator(std::string_view text, const Names& names) : text_(text), names_(names) {}

  auto whole() -> Result<Value> {
    auto value = expression();
    skip();
    if (value && pos_ != text_.size()) broken();
    return value;
  }

 private:
  [[noreturn]] void broken() {
    ::weft::check_failed(std::string(text_.substr(std::min(pos_, text_.size()))).c_str(),
                         std::string(text_).c_str(), 0);
  }
  void skip() {
    while (pos_ < text_.size() && (text_[pos_] == ' ' || text_[pos_] == '\n')) ++pos_;
  }
  auto take(std::string_view token) -> bool {
    skip();
    if (!text_.substr(pos_).starts_with(token)) return false;
    pos_ += token.size();
    return true;
  }
  void need(std::string_view token) {
    if (!take(token)) broken();
  }
  auto word() -> std::string {
    skip();
    size_t start = pos_;
    while (pos_ < text_.size() && is_word(text_[pos_])) ++pos_;
    return std::string(text_.substr(start, pos_ - start));
  }

  auto expression() -> Result<Value> {
    auto value = sum();
    while (take("??")) {
      auto other = sum();
      if (value && value->is_null()) value = other;
    }
    return value;
  }
  auto sum() -> Result<Value> {
    auto value = postfix();
    for (;;) {
      if (take("+")) {
        auto other = postfix();
        if (value && other) value = Value::integer(value->as_int() + other->as_int());
      } else if (take("/")) {
        auto other = postfix();
        if (value && other) value = Value::number(value->as_number() / other->as_number());
      } else {
        return value;
      }
    }
  }

  auto member(const Result<Value>& of, std::string_view name) -> Result<Value> {
    if (!of) return of;
    const Value* found = of->get(name);
    if (found == nullptr) return fail(Code::kNotFound, "no member `" + std::string(name) + "`");
    return *found;
  }

  auto postfix() -> Result<Value> {
    auto value = primary();
    for (;;) {
      if (take("?.")) {
        auto name = word();
        if (!value || !value->is_null()) value = member(value, name);
      } else if (take("[*].")) {
        auto name = word();
        if (!value) continue;
        std::vector<Value> all;
        for (const auto& element : value->elements()) all.push_back(*member(element, name));
        value = Value::list(std::move(all));
      } else if (pos_ < text_.size() && text_[pos_] == '[') {
        ++pos_;
        auto index = expression();
        need("]");
        if (value && index) value = value->elements()[static_cast<size_t>(index->as_int())];
      } else if (pos_ < text_.size() && text_[pos_] == '.') {
        ++pos_;
        value = member(value, word());
      } else {
        return value;
      }
    }
  }

  auto primary() -> Result<Value> {
    skip();
    if (pos_ >= text_.size()) broken();
    char c = text_[pos_];
    if (c == '"') return Value::string(quoted());
    if (text_.substr(pos_).starts_with("r\"")) {
      size_t end = text_.find('"', pos_ + 2);
      auto raw = text_.substr(pos_ + 2, end - pos_ - 2);
      pos_ = end + 1;
      return Value::string(raw);
    }
    if (take("[")) return list();
    if (take("{")) return object();
    if (c == '-' || (c >= '0' && c <= '9')) return number();
    auto name = word();
    if (name.empty()) broken();
    if (name == "true" || name == "false") return Value::boolean(name == "true");
    if (name == "null") return Value::null();
    if (auto given = names_.find(name); given != names_.end()) return given->second;
    while (pos_ < text_.size() && text_[pos_] == '.') {
      ++pos_;
      name += '.';
      name += word();
    }
    need("(");
    return call(name);
  }

  auto list() -> Result<Value> {
    std::vector<Value> all;
    std::optional<Failure> failure;
    while (!take("]")) {
      auto element = expression();
      if (element) all.push_back(*element);
      if (!element) failure = element.error();
      if (!take(",")) {
        need("]");
        break;
      }
    }
    if (failure) return std::unexpected(*failure);
    return Value::list(std::move(all));
  }

  auto object() -> Result<Value> {
    std::vector<Field> fields;
    std::optional<Failure> failure;
    while (!take("}")) {
      skip();
      std::string key = text_[pos_] == '"' ? quoted() : word();
      need("=");
      auto value = expression();
      if (value) fields.push_back({key, *value});
      if (!value) failure = value.error();
      if (!take(",")) {
        need("}");
        break;
      }
    }
    if (failure) return std::unexpected(*failure);
    return Value::object(std::move(fields));
  }

  auto quoted() -> std::string {
    std::string out;
    for (++pos_; pos_ < text_.size() && text_[pos_] != '"'; ++pos_) {
      if (text_[pos_] != '\\') {
        out += text_[pos_];
        continue;
      }
      char c = text_[++pos_];
      switch (c) {
        case 'n': out += '\n'; break;
        case 't': out += '\t'; break;
        case 'r': out += '\r'; break;
        case 'u': {
          size_t end = text_.find('}', pos_);
          append_utf8(out, static_cast<char32_t>(
                               std::stoul(std::string(text_.substr(pos_ + 2, end - pos_ - 2)), nullptr, 16)));
          pos_ = end;
          break;
        }
        default: out += c;
      }
    }
    if (pos_ >= text_.size()) broken();
    ++pos_;
    return out;
  }

  auto number() -> Result<Value> {
    size_t start = pos_++;
    while (pos_ < text_.size() && (is_word(text_[pos_]) || text_[pos_] == '.')) ++pos_;
    auto literal = text_.substr(start, pos_ - start);
    const char* end = literal.data() + literal.size();
    int64_t integer = 0;
    if (auto read = std::from_chars(literal.data(), end, integer);
        read.ec == std::errc() && read.ptr == end) {
      return Value::integer(integer);
    }
    if (auto duration = parse_duration(literal)) return Value::duration(*duration);
    if (auto size = parse_size(literal)) return Value::size(*size);
    double real = 0;
    if (auto read = std::from_chars(literal.data(), end, real); read.ec == std::errc() && read.ptr == end) {
      return Value::number(real);
    }
    broken();
  }

  auto call(const std::string& name) -> Result<Value> {
    std::vector<Result<Value>> given;
    while (!take(")")) {
      given.push_back(expression());
      if (take(",")) continue;
      need(")");
      break;
    }
    if (name == "can") return Value::boolean(given.at(0).has_value());
    if (name == "try") {
      for (const auto& one : given) {
        if (one) return one;
      }
      return given.back();
    }
    for (const auto& one : given) {
      if (!one) return one;
    }
    return run(name, given);
  }

  auto run(const std::string& name, const std::vector<Result<Value>>& given) -> Result<Value> {
    const auto* row = table().find(name);
    if (row == nullptr) broken();
    const auto& parameters = row->signature.parameters;
    std::vector<Value> values;
    for (size_t i = 0; i < given.size(); ++i) {
      if (i >= parameters.size() && (parameters.empty() || !parameters.back().rest)) broken();
      auto [converted, problem] = convert(*given[i], parameters[std::min(i, parameters.size() - 1)].type);
      if (!converted) return fail(Code::kInvalid, name + ": " + problem);
      values.push_back(*converted);
    }
    for (size_t i = given.size(); i < parameters.size() && !parameters[i].rest; ++i) {
      if (!parameters[i].optional) broken();
      values.push_back(parameters[i].default_value);
    }
    Files files;
    return call_function(*row->function,
                         {.values = values, .context = files, .result_type = &row->signature.result});
  }

  std::string_view text_;
  const Names& names_;
  size_t pos_ = 0;
};

}  // namespace

auto table() -> const FunctionTable& {
  static const FunctionTable table(functions::library());
  return table;
}

auto evaluate(std::string_view expression, const Names& names) -> Result<Value> {
  return Evaluator(expression, names).whole();
}

auto unknown(std::string_view prefix) -> Value {
  return Value::unknown({.type = Type::string(), .not_null = true, .prefix = prefix, .origin = "vpc.Id"});
}

namespace {

TEST(SmallEvaluatorTest, ReadsWhatTheTablesHold) {
  EXPECT_EQ(display_text(*evaluate("{ a = [1, -2.5, 1h30m], \"x/y\" = r\"a\\b\", u = n.k[1] }",
                                   {{"n", *evaluate("{ k = [1, \"\\u{e9}\"] }")}})),
            "{ a = [1, -2.5, 1h30m], u = \"é\", \"x/y\" = \"a\\\\b\" }");
  EXPECT_EQ(display_text(*evaluate("null?.a ?? 3 + 4")), "7");
  EXPECT_FALSE(evaluate("{}.a").has_value());
  EXPECT_EQ(display_text(*evaluate("[{ a = 1 }, { a = 2 }][*].a")), "[1, 2]");
}

}  // namespace

}  // namespace weft::testing
