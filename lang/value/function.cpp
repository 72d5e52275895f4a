#include "lang/value/function.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "lang/base/check.h"
#include "lang/value/type_text.h"

namespace weft {

namespace {

class SignatureReader {
 public:
  explicit SignatureReader(std::string_view text) : reader_(text, TypeReader::Names::kVariables) {}

  auto read() -> Result<Signature> {
    Signature signature;
    if (!reader_.take("(")) return reader_.wrong("`(`");
    while (!reader_.take(")")) {
      if (!signature.parameters.empty() && signature.parameters.back().rest) {
        return reader_.wrong("`)` after the rest parameter");
      }
      TRY(parameter, this->parameter());
      bool gap = !parameter.optional && !parameter.rest && !signature.parameters.empty() &&
                 signature.parameters.back().optional;
      if (gap) return reader_.wrong("parameters with defaults to come last");
      bool twice = std::ranges::find(signature.parameters, parameter.name, &Parameter::name) !=
                   signature.parameters.end();
      if (twice) return reader_.wrong("parameters of different names");
      signature.parameters.push_back(std::move(parameter));
      if (reader_.take(",")) continue;
      if (!reader_.take(")")) return reader_.wrong("`,` or `)`");
      break;
    }
    if (!reader_.take("->")) return reader_.wrong("`->` and the result's type");
    TRY(result, reader_.type());
    signature.result = std::move(result);
    if (!reader_.at_end()) return reader_.wrong("nothing more");
    return signature;
  }

 private:
  auto parameter() -> Result<Parameter> {
    Parameter parameter;
    parameter.rest = reader_.take("...");
    parameter.name = reader_.word();
    if (parameter.name.empty()) return reader_.wrong("a parameter's name");
    if (!reader_.take(":")) return reader_.wrong("`:` after a parameter's name");
    TRY(type, reader_.type());
    parameter.type = std::move(type);
    if (!parameter.rest && reader_.take("=")) {
      parameter.optional = true;
      TRY(constant, this->constant());
      auto [converted, problem] = convert(constant, parameter.type);
      if (!converted) return fail(Code::kInvalid, "the default of `" + parameter.name + "`: " + problem);
      parameter.default_value = std::move(*converted);
    }
    return parameter;
  }

  auto constant() -> Result<Value> {
    if (reader_.rest().starts_with('"')) {
      TRY(text, reader_.string());
      return Value::string(text);
    }
    if (reader_.take("true")) return Value::boolean(true);
    if (reader_.take("false")) return Value::boolean(false);
    if (reader_.take("null")) return Value::null();
    if (reader_.take("[")) {
      if (!reader_.take("]")) return reader_.wrong("`]`");
      return Value::list({});
    }
    if (reader_.take("{")) {
      if (!reader_.take("}")) return reader_.wrong("`}`");
      return Value::object({});
    }
    return number();
  }

  auto number() -> Result<Value> {
    auto left = reader_.rest();
    auto word = left.substr(0, std::min(left.find_first_of(",) "), left.size()));
    const char* end = word.data() + word.size();
    int64_t integer = 0;
    double number = 0;
    Value value;
    if (auto [stop, error] = std::from_chars(word.data(), end, integer);
        error == std::errc() && stop == end) {
      value = Value::integer(integer);
    } else if (auto [past, wrong] = std::from_chars(word.data(), end, number);
               wrong == std::errc() && past == end && std::isfinite(number)) {
      value = Value::number(number);
    } else if (auto duration = parse_duration(word)) {
      value = Value::duration(*duration);
    } else if (auto size = parse_size(word)) {
      value = Value::size(*size);
    } else {
      return reader_.wrong("a literal");
    }
    reader_.advance(word.size());
    return value;
  }

  TypeReader reader_;
};

}  // namespace

auto call_function(const Function& function, const Arguments& arguments) -> Result<Value> {
  bool secret = std::ranges::any_of(arguments.values, &Value::has_secret);
  bool unknown = std::ranges::any_of(arguments.values, &Value::has_unknown);
  auto narrowed = [&](const Value& value) {
    if (!value.is_unknown() || arguments.result_type == nullptr) return value;
    auto made = convert(value, arguments.result_type->with_secret(false)).first;
    return made ? std::move(*made) : value;
  };
  if (unknown && !function.sees_unknown) {
    auto first = std::ranges::find_if(arguments.values, &Value::has_unknown);
    return narrowed(Value::unknown({.origin = origin_of(*first)})).as_secret(secret);
  }
  if (!secret || function.sees_secret) {
    TRY(result, function.run(arguments));
    return narrowed(result);
  }
  std::vector<Value> revealed;
  revealed.reserve(arguments.size());
  for (const auto& value : arguments.values) revealed.push_back(value.revealed());
  auto result =
      function.run({.values = revealed, .context = arguments.context, .result_type = arguments.result_type});
  if (!result) {
    return fail(result.error().code,
                "`" + std::string(function.name) + "` refuses its arguments, one of which is secret");
  }
  return narrowed(*result).as_secret();
}

auto parse_signature(std::string_view text) -> Result<Signature> {
  return SignatureReader(text).read();
}

FunctionTable::FunctionTable(std::vector<const Function*> functions) {
  rows_.reserve(functions.size());
  for (const auto* function : functions) {
    auto signature = parse_signature(function->signature);
    CHECK(signature.has_value());
    rows_.push_back({function, std::move(*signature)});
  }
  auto name = [](const Row& row) { return row.function->name; };
  std::ranges::sort(rows_, {}, name);
  CHECK(std::ranges::adjacent_find(rows_, {}, name) == rows_.end());
}

auto FunctionTable::find(std::string_view name) const -> const Row* {
  auto found = std::ranges::lower_bound(rows_, name, {}, [](const Row& row) { return row.function->name; });
  return found != rows_.end() && found->function->name == name ? &*found : nullptr;
}

auto FunctionTable::is_namespace(std::string_view name) const -> bool {
  return std::ranges::any_of(rows_, [&](const Row& row) {
    auto whole = row.function->name;
    return whole.size() > name.size() && whole.starts_with(name) && whole[name.size()] == '.';
  });
}

}  // namespace weft
