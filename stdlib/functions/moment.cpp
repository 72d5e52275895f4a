#include "stdlib/functions/moment.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>

namespace weft::functions {

namespace {

constexpr int64_t kDay = 86'400;

auto floor_div(int64_t a, int64_t b) -> int64_t {
  return a / b - static_cast<int64_t>(a % b < 0);
}

class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  auto digits(size_t count, int& into) -> bool {
    if (text_.size() < count) return false;
    into = 0;
    for (size_t i = 0; i < count; ++i) {
      if (text_[i] < '0' || text_[i] > '9') return false;
      into = into * 10 + (text_[i] - '0');
    }
    text_.remove_prefix(count);
    return true;
  }
  auto take(std::string_view any_of) -> char {
    if (text_.empty() || any_of.find(text_.front()) == std::string_view::npos) return '\0';
    char c = text_.front();
    text_.remove_prefix(1);
    return c;
  }
  // .5 → 500,000,000; at most nine digits.
  auto fraction(int32_t& nanoseconds) -> bool {
    int32_t worth = 100'000'000;
    size_t count = 0;
    for (; !text_.empty() && text_.front() >= '0' && text_.front() <= '9'; ++count) {
      if (count == 9) return false;
      nanoseconds += (text_.front() - '0') * worth;
      worth /= 10;
      text_.remove_prefix(1);
    }
    return count > 0;
  }
  auto offset(int32_t& minutes) -> bool {
    if (take("Zz") != '\0') return true;
    char sign = take("+-");
    int hour = 0;
    int minute = 0;
    if (sign == '\0' || !digits(2, hour) || take(":") == '\0' || !digits(2, minute)) return false;
    if (hour > 23 || minute > 59) return false;
    minutes = (hour * 60 + minute) * (sign == '-' ? -1 : 1);
    return true;
  }
  [[nodiscard]] auto at_end() const -> bool { return text_.empty(); }

 private:
  std::string_view text_;
};

}  // namespace

auto parse_moment(std::string_view text) -> std::optional<Moment> {
  Cursor cursor(text);
  Civil parts;
  int year = 0;
  bool read = cursor.digits(4, year) && cursor.take("-") && cursor.digits(2, parts.month) &&
              cursor.take("-") && cursor.digits(2, parts.day) && cursor.take("Tt ") &&
              cursor.digits(2, parts.hour) && cursor.take(":") && cursor.digits(2, parts.minute) &&
              cursor.take(":") && cursor.digits(2, parts.second);
  if (!read) return std::nullopt;
  int32_t nanoseconds = 0;
  if (cursor.take(".") != '\0' && !cursor.fraction(nanoseconds)) return std::nullopt;
  int32_t offset = 0;
  if (!cursor.offset(offset) || !cursor.at_end()) return std::nullopt;
  parts.year = year;
  return moment_of(parts, nanoseconds, offset);
}

auto moment_of(const Civil& parts, int32_t nanoseconds, int32_t offset) -> std::optional<Moment> {
  namespace chrono = std::chrono;
  if (parts.year < 0 || parts.year > 9999 || parts.hour > 23 || parts.minute > 59 || parts.second > 59)
    return std::nullopt;
  chrono::year_month_day day{chrono::year(static_cast<int>(parts.year)),
                             chrono::month(static_cast<unsigned>(parts.month)),
                             chrono::day(static_cast<unsigned>(parts.day))};
  if (!day.ok()) return std::nullopt;
  int64_t days = chrono::sys_days(day).time_since_epoch().count();
  int64_t local = days * kDay + parts.hour * 3600 + parts.minute * 60 + parts.second;
  return Moment{.seconds = local - int64_t{offset} * 60, .nanoseconds = nanoseconds, .offset = offset};
}

auto civil(const Moment& moment) -> Civil {
  namespace chrono = std::chrono;
  int64_t local = moment.seconds + int64_t{moment.offset} * 60;
  int64_t days = floor_div(local, kDay);
  int64_t rest = local - days * kDay;
  chrono::sys_days day{chrono::days(days)};
  chrono::year_month_day date(day);
  return Civil{.year = static_cast<int>(date.year()),
               .month = static_cast<int>(static_cast<unsigned>(date.month())),
               .day = static_cast<int>(static_cast<unsigned>(date.day())),
               .hour = static_cast<int>(rest / 3600),
               .minute = static_cast<int>(rest / 60 % 60),
               .second = static_cast<int>(rest % 60),
               .weekday = static_cast<int>(chrono::weekday(day).c_encoding())};
}

auto in_range(const Moment& moment) -> bool {
  constexpr int64_t kFirst = -62'167'219'200 + kDay;  // a day off each end, for any offset
  constexpr int64_t kLast = 253'402'300'799 - kDay;
  return moment.seconds >= kFirst && moment.seconds <= kLast;
}

auto offset_text(int32_t offset, bool colon) -> std::string {
  char out[16];
  int minutes = std::abs(offset);
  std::snprintf(out, sizeof(out), "%c%02d%s%02d", offset < 0 ? '-' : '+', minutes / 60, colon ? ":" : "",
                minutes % 60);
  return out;
}

auto moment_text(const Moment& moment) -> std::string {
  auto now = civil(moment);
  char out[64];
  std::snprintf(out, sizeof(out), "%04lld-%02d-%02dT%02d:%02d:%02d", static_cast<long long>(now.year),
                now.month, now.day, now.hour, now.minute, now.second);
  std::string text = out;
  if (moment.nanoseconds != 0) {
    std::snprintf(out, sizeof(out), ".%09d", moment.nanoseconds);
    text += out;
    while (text.back() == '0') text.pop_back();
  }
  return text + (moment.offset == 0 ? "Z" : offset_text(moment.offset));
}

}  // namespace weft::functions
