// string.format and string.format_list: a text with places for values, as in printf.
#include <charconv>
#include <cstdio>

#include "lang/base/text.h"
#include "lang/value/json.h"
#include "stdlib/functions/parts.h"

namespace weft::functions {

namespace {

constexpr std::string_view kVerbs = "`%s %d %x %X %o %b %f %e %g %q %t %v`";

// One place: %[flags][width][.precision]verb
struct Place {
  bool left = false;
  bool zeros = false;
  bool plus = false;
  bool space = false;
  bool hash = false;
  size_t width = 0;
  std::optional<int> precision;
  char verb = 0;
};

class Formatter {
 public:
  Formatter(std::string_view function, std::string_view form, std::span<const Value> values)
      : function_(function), form_(form), values_(values) {}

  // Sets `unknown` and ends where the first unknown value stands; what came before is its prefix.
  auto run(bool& unknown) -> Result<std::string> {
    while (pos_ < form_.size()) {
      size_t percent = std::min(form_.find('%', pos_), form_.size());
      out_ += form_.substr(pos_, percent - pos_);
      pos_ = percent;
      if (pos_ == form_.size()) break;
      ++pos_;
      if (pos_ < form_.size() && form_[pos_] == '%') {
        out_ += '%';
        ++pos_;
        continue;
      }
      TRY(place, this->place());
      if (next_ == values_.size()) return refused(function_, "there are more places than values");
      const Value& value = values_[next_++];
      if (value.has_unknown()) {
        bool plain = place.width == 0 && !place.precision && (place.verb == 's' || place.verb == 'v');
        if (plain && value.is_unknown()) out_ += value.facts().prefix.view();
        unknown = true;
        return out_;
      }
      TRY(text, this->text(place, value));
      pad(place, std::move(text));
      if (out_.size() > kMaxText) return refused(function_, "the result is larger than 16 MiB");
    }
    if (next_ < values_.size()) return refused(function_, "there are more values than places");
    return out_;
  }

 private:
  auto number() -> Result<size_t> {
    size_t number = 0;
    auto [stop, error] = std::from_chars(form_.data() + pos_, form_.data() + form_.size(), number);
    pos_ = static_cast<size_t>(stop - form_.data());
    if (error != std::errc() || number > 1000)
      return refused(function_, "a width or precision is at most 1,000");
    return number;
  }
  auto digit() const -> bool { return pos_ < form_.size() && form_[pos_] >= '0' && form_[pos_] <= '9'; }

  auto place() -> Result<Place> {
    size_t start = pos_ - 1;
    Place place;
    for (; pos_ < form_.size(); ++pos_) {
      bool* flag = nullptr;
      switch (form_[pos_]) {
        case '-': flag = &place.left; break;
        case '0': flag = &place.zeros; break;
        case '+': flag = &place.plus; break;
        case ' ': flag = &place.space; break;
        case '#': flag = &place.hash; break;
        default: break;
      }
      if (flag == nullptr) break;
      *flag = true;
    }
    if (digit()) {
      TRY(width, number());
      place.width = width;
    }
    if (pos_ < form_.size() && form_[pos_] == '.') {
      ++pos_;
      place.precision = 0;
      if (digit()) {
        TRY(precision, number());
        place.precision = static_cast<int>(precision);
      }
    }
    if (pos_ < form_.size()) place.verb = form_[pos_++];
    if (place.verb == 0 || std::string_view("vsqdboxXefgt").find(place.verb) == std::string_view::npos) {
      return refused(function_, quoted(form_.substr(start, pos_ - start)) +
                                    " is no place for a value; there are " + std::string(kVerbs));
    }
    return place;
  }

  auto mismatch(const Place& place, const Value& value) -> std::unexpected<Failure> {
    return refused(function_, std::string("`%") + place.verb + "` does not take " + a_kind(value));
  }

  auto text(const Place& place, const Value& value) -> Result<std::string> {
    switch (place.verb) {
      case 'v':
      case 's': {
        auto text = template_text(value);
        if (!text && place.verb == 's') return mismatch(place, value);
        return cut(place, text ? *text : to_json(value));
      }
      case 'q':
        if (!value.is(ValueKind::kString)) return mismatch(place, value);
        return json_quote(value.as_string());
      case 't':
        if (!value.is(ValueKind::kBool)) return mismatch(place, value);
        return *template_text(value);
      case 'e':
      case 'f':
      case 'g': return real(place, value);
      default: return integer(place, value);
    }
  }

  static auto cut(const Place& place, std::string text) -> std::string {
    if (!place.precision) return text;
    size_t end = 0;
    for (int left = *place.precision; left > 0 && end < text.size(); --left) next_code_point(text, end);
    return text.substr(0, end);
  }

  static auto with_sign(const Place& place, bool negative) -> std::string {
    if (negative) return "-";
    return place.plus ? "+" : place.space ? " " : "";
  }

  auto real(const Place& place, const Value& value) -> Result<std::string> {
    if (!value.is(ValueKind::kInt) && !value.is(ValueKind::kNumber)) return mismatch(place, value);
    double number = value.as_number();
    std::string form = std::string("%.*") + place.verb;
    std::string out(2048, '\0');
    bool negative = number < 0;
    int size = std::snprintf(out.data(), out.size(), form.c_str(), place.precision.value_or(6),
                             negative ? -number : number);
    out.resize(static_cast<size_t>(size));
    if (place.verb == 'g' && !place.precision) out = number_text(negative ? -number : number);
    return with_sign(place, negative) + out;
  }

  auto integer(const Place& place, const Value& value) -> Result<std::string> {
    // A whole number is taken for what it is: `/` gives numbers.
    int64_t number = 0;
    if (value.is(ValueKind::kInt)) {
      number = value.as_int();
    } else if (constexpr double kEdge = 9007199254740992.0;
               value.is(ValueKind::kNumber) && value.as_number() <= kEdge && value.as_number() >= -kEdge &&
               value.as_number() == static_cast<double>(static_cast<int64_t>(value.as_number()))) {
      number = static_cast<int64_t>(value.as_number());
    } else {
      return mismatch(place, value);
    }
    int base = place.verb == 'b' ? 2 : place.verb == 'o' ? 8 : place.verb == 'd' ? 10 : 16;
    uint64_t size = number < 0 ? ~static_cast<uint64_t>(number) + 1 : static_cast<uint64_t>(number);
    char digits[65];
    auto done = std::to_chars(digits, digits + sizeof(digits), size, base);
    std::string out(digits, done.ptr);
    if (place.verb == 'X') {
      for (auto& c : out) c = static_cast<char>(c >= 'a' ? c - 32 : c);
    }
    if (place.hash && base != 10)
      out.insert(0, base == 2 ? "0b" : base == 8 ? "0" : place.verb == 'X' ? "0X" : "0x");
    return with_sign(place, number < 0) + out;
  }

  void pad(const Place& place, std::string text) {
    size_t width = count_code_points(text);
    size_t missing = place.width > width ? place.width - width : 0;
    bool numeric = std::string_view("dboxXefg").find(place.verb) != std::string_view::npos;
    if (place.left) {
      out_ += text;
      out_.append(missing, ' ');
    } else if (place.zeros && numeric) {
      // Zeros stand between the sign and the digits.
      size_t sign = !text.empty() && std::string_view("+- ").find(text[0]) != std::string_view::npos ? 1 : 0;
      out_ += text.substr(0, sign);
      out_.append(missing, '0');
      out_ += text.substr(sign);
    } else {
      out_.append(missing, ' ');
      out_ += text;
    }
  }

  std::string_view function_;
  std::string_view form_;
  std::span<const Value> values_;
  size_t pos_ = 0;
  size_t next_ = 0;
  std::string out_;
};

auto format(const Arguments& arguments) -> Result<Value> {
  if (arguments[0].is_unknown()) return unknown_result(arguments, {.type = Type::string(), .not_null = true});
  bool unknown = false;
  TRY(out, Formatter("string.format", arguments[0].as_string(), arguments.values.subspan(1)).run(unknown));
  if (unknown) return unknown_result(arguments, {.type = Type::string(), .not_null = true, .prefix = out});
  return Value::string(out);
}

// Lists give one value each time, anything else the same value every time.
auto format_list(const Arguments& arguments) -> Result<Value> {
  auto values = arguments.values.subspan(1);
  std::optional<size_t> length;
  for (const auto& value : values) {
    if (!value.is(ValueKind::kList)) continue;
    if (length && *length != value.length())
      return refused("string.format_list", "the lists differ in length");
    length = value.length();
  }
  std::vector<Value> all;
  for (size_t i = 0; i < length.value_or(1); ++i) {
    std::vector<Value> row;
    for (const auto& value : values) row.push_back(value.is(ValueKind::kList) ? value.elements()[i] : value);
    bool unknown = false;
    TRY(out, Formatter("string.format_list", arguments[0].as_string(), row).run(unknown));
    all.push_back(Value::string(out));
  }
  return Value::list(std::move(all));
}

constexpr Function kRows[] = {
    {.name = "string.format",
     .signature = "(form: string, ...values: any) -> string",
     .text = "The form with its places filled: `%s` text, `%d` int, `%x` hexadecimal, `%f` number, `%q` in "
             "quotes, `%t` bool, "
             "`%v` anything, `%%` a percent sign; `%05d` and `%.2f` as in printf.",
     .example = "string.format(\"%s-%03d\", \"web\", 7)",
     .result = "\"web-007\"",
     .run = format,
     .sees_unknown = true},
    {.name = "string.format_list",
     .signature = "(form: string, ...values: any) -> list<string>",
     .text = "A text for each element of the lists among the values; other values are the same in each.",
     .example = "string.format_list(\"%s.%s\", [\"a\", \"b\"], \"example.com\")",
     .result = "[\"a.example.com\", \"b.example.com\"]",
     .run = format_list},
};

}  // namespace

auto format_rows() -> Rows {
  return kRows;
}

}  // namespace weft::functions
