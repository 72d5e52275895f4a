// time.*: arithmetic on given times. There is no clock here; `time.Rotating` and friends are resources.
#include <array>
#include <cstdio>

#include "stdlib/functions/letter_case.h"
#include "stdlib/functions/moment.h"
#include "stdlib/functions/parts.h"

namespace weft::functions {

namespace {

constexpr std::array<std::string_view, 12> kMonths = {"January",   "February", "March",    "April",
                                                      "May",       "June",     "July",     "August",
                                                      "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 7> kDays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                   "Thursday", "Friday", "Saturday"};

auto moment(std::string_view function, const Value& text) -> Result<Moment> {
  auto moment = parse_moment(text.as_string());
  if (!moment)
    return refused(function,
                   quoted(text.as_string()) + " is no time such as 2024-05-01T12:00:00Z (RFC 3339)");
  return *moment;
}

auto add(const Arguments& arguments) -> Result<Value> {
  TRY(at, moment("time.add", arguments[0]));
  int64_t by = arguments[1].as_int();
  constexpr int64_t kSecond = 1'000'000'000;
  int64_t nanoseconds = at.nanoseconds + by % kSecond;
  at.seconds += by / kSecond;
  if (nanoseconds < 0) {
    nanoseconds += kSecond;
    --at.seconds;
  } else if (nanoseconds >= kSecond) {
    nanoseconds -= kSecond;
    ++at.seconds;
  }
  at.nanoseconds = static_cast<int32_t>(nanoseconds);
  if (!in_range(at)) return refused("time.add", "the result is not in the years 0000 to 9999");
  return Value::string(moment_text(at));
}

auto compare(const Arguments& arguments) -> Result<Value> {
  TRY(a, moment("time.compare", arguments[0]));
  TRY(b, moment("time.compare", arguments[1]));
  if (a.seconds != b.seconds) return Value::integer(a.seconds < b.seconds ? -1 : 1);
  if (a.nanoseconds != b.nanoseconds) return Value::integer(a.nanoseconds < b.nanoseconds ? -1 : 1);
  return Value::integer(0);
}

// A format is a row of fields (one letter, repeated), quoted texts and anything else, which stands for
// itself.
struct Field {
  char letter = 0;  // 0: text
  size_t count = 0;
  std::string text{};
};

auto is_letter(char c) -> bool {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

auto fields(std::string_view function, std::string_view form) -> Result<std::vector<Field>> {
  std::vector<Field> all;
  for (size_t i = 0; i < form.size();) {
    if (form[i] == '\'') {
      Field text;
      for (++i;; ++i) {
        if (i >= form.size()) return refused(function, "a quote in the format is not closed");
        if (form[i] != '\'') {
          text.text += form[i];
        } else if (i + 1 < form.size() && form[i + 1] == '\'') {
          text.text += form[i++];
        } else {
          break;
        }
      }
      ++i;
      all.push_back(std::move(text));
    } else if (is_letter(form[i])) {
      size_t end = i;
      while (end < form.size() && form[end] == form[i]) ++end;
      all.push_back({.letter = form[i], .count = end - i});
      i = end;
    } else {
      all.push_back({.text = std::string(1, form[i++])});
    }
  }
  return all;
}

auto padded(int64_t number, size_t width) -> std::string {
  auto text = std::to_string(number);
  return text.size() < width ? std::string(width - text.size(), '0') + text : text;
}

auto no_field(std::string_view function, const Field& field) -> std::unexpected<Failure> {
  return refused(
      function,
      "`" + std::string(std::min<size_t>(field.count, 10), field.letter) +
          "` is no field of a format; there are YYYY YY MMMM MMM MM M DD D EEEE EEE hh h HH H AA aa mm m "
          "ss s ZZZZZ ZZZZ ZZZ Z, and texts in '…'");
}

auto zone(const Moment& at, size_t count) -> std::string {
  if (count == 5) return offset_text(at.offset);
  if (count == 4) return offset_text(at.offset, false);
  if (at.offset == 0) return count == 3 ? "UTC" : "Z";
  return offset_text(at.offset, count == 1);
}

auto field_text(const Field& field, const Moment& at, const Civil& now) -> std::optional<std::string> {
  auto number = [&](int64_t value) -> std::optional<std::string> {
    if (field.count > 2) return std::nullopt;
    return padded(value, field.count);
  };
  switch (field.letter) {
    case 'Y':
      if (field.count == 2) return padded(now.year % 100, 2);
      return field.count == 4 ? std::optional(padded(now.year, 4)) : std::nullopt;
    case 'M': {
      auto name = kMonths[static_cast<size_t>(now.month) - 1];
      if (field.count == 4) return std::string(name);
      if (field.count == 3) return std::string(name.substr(0, 3));
      return number(now.month);
    }
    case 'E': {
      auto name = kDays[static_cast<size_t>(now.weekday)];
      if (field.count == 4) return std::string(name);
      return field.count == 3 ? std::optional(std::string(name.substr(0, 3))) : std::nullopt;
    }
    case 'D': return number(now.day);
    case 'h': return number(now.hour);
    case 'H': return number((now.hour + 11) % 12 + 1);
    case 'm': return number(now.minute);
    case 's': return number(now.second);
    case 'A':
      return field.count == 2 ? std::optional<std::string>(now.hour < 12 ? "AM" : "PM") : std::nullopt;
    case 'a':
      return field.count == 2 ? std::optional<std::string>(now.hour < 12 ? "am" : "pm") : std::nullopt;
    case 'Z':
      if (field.count > 5 || field.count == 2) return std::nullopt;
      return zone(at, field.count);
    default: return std::nullopt;
  }
}

auto format(const Arguments& arguments) -> Result<Value> {
  TRY(at, moment("time.format", arguments[0]));
  TRY(form, fields("time.format", arguments[1].as_string()));
  auto now = civil(at);
  std::string out;
  for (const auto& field : form) {
    if (field.letter == 0) {
      out += field.text;
      continue;
    }
    auto text = field_text(field, at, now);
    if (!text) return no_field("time.format", field);
    out += *text;
  }
  return bounded("time.format", std::move(out));
}

// The same fields, read.
class TimeReader {
 public:
  explicit TimeReader(std::string_view text) : text_(text) {}

  // Nothing: the field is no field that can be read. False: the text does not go on so.
  auto read(const Field& field) -> std::optional<bool> {
    switch (field.letter) {
      case 0:
        if (!text_.starts_with(field.text)) return false;
        text_.remove_prefix(field.text.size());
        return true;
      case 'Y': return field.count == 4 ? std::optional(number(parts_.year, 4, 4)) : std::nullopt;
      case 'M':
        return field.count > 2 ? name(kMonths, field.count, parts_.month) : small(field, parts_.month);
      case 'E': {
        int ignored = 0;
        return name(kDays, field.count, ignored);
      }
      case 'D': return small(field, parts_.day);
      case 'h': return small(field, parts_.hour);
      case 'H': twelve_ = true; return small(field, parts_.hour);
      case 'm': return small(field, parts_.minute);
      case 's': return small(field, parts_.second);
      case 'A':
      case 'a': return field.count == 2 ? std::optional(half()) : std::nullopt;
      case 'Z': return field.count == 1 || field.count > 3 ? std::optional(offset()) : std::nullopt;
      default: return std::nullopt;
    }
  }

  auto moment() -> std::optional<Moment> {
    if (!text_.empty()) return std::nullopt;
    if (twelve_) {
      if (parts_.hour < 1 || parts_.hour > 12) return std::nullopt;
      parts_.hour = parts_.hour % 12 + (afternoon_ ? 12 : 0);
    }
    return moment_of(parts_, 0, offset_);
  }

 private:
  template <class T>
  auto number(T& into, size_t least, size_t most) -> bool {
    size_t size = 0;
    into = 0;
    while (size < text_.size() && size < most && text_[size] >= '0' && text_[size] <= '9')
      into = into * 10 + (text_[size++] - '0');
    text_.remove_prefix(size);
    return size >= least;
  }
  auto small(const Field& field, int& into) -> std::optional<bool> {
    if (field.count > 2) return std::nullopt;
    return number(into, field.count, 2);
  }
  template <size_t N>
  auto name(const std::array<std::string_view, N>& names, size_t count, int& into) -> std::optional<bool> {
    if (count != 3 && count != 4) return std::nullopt;
    for (size_t i = 0; i < N; ++i) {
      auto name = names[i].substr(0, count == 3 ? 3 : std::string_view::npos);
      if (lower_text(text_.substr(0, name.size())) != lower_text(name)) continue;
      into = static_cast<int>(i) + 1;
      text_.remove_prefix(name.size());
      return true;
    }
    return false;
  }
  auto half() -> bool {
    auto word = lower_text(text_.substr(0, 2));
    afternoon_ = word == "pm";
    if (word != "am" && word != "pm") return false;
    text_.remove_prefix(2);
    return true;
  }
  auto offset() -> bool {
    if (text_.starts_with("Z") || text_.starts_with("z")) {
      text_.remove_prefix(1);
      return true;
    }
    if (text_.empty() || (text_[0] != '+' && text_[0] != '-')) return false;
    int sign = text_[0] == '-' ? -1 : 1;
    text_.remove_prefix(1);
    int hour = 0;
    int minute = 0;
    if (!number(hour, 2, 2)) return false;
    if (text_.starts_with(":")) text_.remove_prefix(1);
    if (!number(minute, 2, 2) || hour > 23 || minute > 59) return false;
    offset_ = sign * (hour * 60 + minute);
    return true;
  }

  std::string_view text_;
  Civil parts_{.year = 1970};
  int32_t offset_ = 0;
  bool twelve_ = false;
  bool afternoon_ = false;
};

auto parse(const Arguments& arguments) -> Result<Value> {
  TRY(form, fields("time.parse", arguments[1].as_string()));
  TimeReader reader(arguments[0].as_string());
  auto refuse = [&] {
    return refused("time.parse", quoted(arguments[0].as_string()) + " is no time in the format " +
                                     quoted(arguments[1].as_string()));
  };
  for (const auto& field : form) {
    auto read = reader.read(field);
    if (!read) return no_field("time.parse", field);
    if (!*read) return refuse();
  }
  auto moment = reader.moment();
  if (!moment) return refuse();
  return Value::string(moment_text(*moment));
}

constexpr Function kRows[] = {
    {.name = "time.add",
     .signature = "(time: string, by: duration) -> string",
     .text = "A time (RFC 3339) moved by a duration; its offset stays.",
     .example = "time.add(\"2024-02-28T23:00:00Z\", 2h)",
     .result = "\"2024-02-29T01:00:00Z\"",
     .run = add},
    {.name = "time.format",
     .signature = "(time: string, form: string) -> string",
     .text = "A time (RFC 3339) in the words of a format: YYYY YY, MMMM MMM MM M, DD D, EEEE EEE (weekday), "
             "hh h (of 24), HH H (of "
             "12), AA aa, mm m, ss s, ZZZZZ (+02:00) ZZZZ (+0200) ZZZ Z; texts in '…'.",
     .example = "time.format(\"2024-05-01T13:05:00Z\", \"D MMM YYYY, hh:mm ZZZ\")",
     .result = "\"1 May 2024, 13:05 UTC\"",
     .run = format},
    {.name = "time.parse",
     .signature = "(text: string, form: string) -> string",
     .text = "The time (RFC 3339) that a text names in a format, with the fields of `time.format`; without a "
             "zone UTC.",
     .example = "time.parse(\"01.05.2024 13:05\", \"DD.MM.YYYY hh:mm\")",
     .result = "\"2024-05-01T13:05:00Z\"",
     .run = parse},
    {.name = "time.compare",
     .signature = "(a: string, b: string) -> int",
     .text =
         "-1 when the first time (RFC 3339) is earlier, 1 when it is later, 0 when both are the same moment.",
     .example = "time.compare(\"2024-05-01T12:00:00Z\", \"2024-05-01T14:00:00+02:00\")",
     .result = "0",
     .run = compare},
};

}  // namespace

auto time_rows() -> Rows {
  return kRows;
}

}  // namespace weft::functions
