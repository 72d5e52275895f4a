#include "providers/local/times.h"

#include <array>
#include <chrono>
#include <cstdio>

#include "providers/local/values.h"

namespace weft::local {

namespace {
constexpr int64_t kDay = 86'400;

// The number in `text` at [at, at+size), all of it digits.
auto digits(std::string_view text, size_t at, size_t size) -> std::optional<int64_t> {
  int64_t number = 0;
  for (char c : text.substr(at, size)) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}
}  // namespace

auto now_of(const driver::Call& call) -> int64_t {
  return std::chrono::floor<std::chrono::seconds>(call.clock.wall()).count();
}

auto time_text(int64_t seconds) -> std::string {
  auto days = std::chrono::floor<std::chrono::days>(std::chrono::seconds(seconds));
  std::chrono::year_month_day date{std::chrono::sys_days(days)};
  int64_t rest = seconds - days.count() * kDay;
  std::array<char, 64> out{};
  std::snprintf(out.data(), out.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(rest / 3600), static_cast<int>(rest / 60 % 60), static_cast<int>(rest % 60));
  return out.data();
}

auto time_from(std::string_view text) -> std::optional<int64_t> {
  if (text.size() != 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
      text[16] != ':' || text[19] != 'Z') {
    return std::nullopt;
  }
  auto year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
  auto hour = digits(text, 11, 2), minute = digits(text, 14, 2), second = digits(text, 17, 2);
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                   std::chrono::month(static_cast<unsigned>(*month)),
                                   std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return days * kDay + *hour * 3600 + *minute * 60 + *second;
}

auto seconds_of(const Value& object, std::string_view name, int64_t otherwise) -> int64_t {
  const Value* value = known(object, name);
  constexpr int64_t kNano = 1'000'000'000;
  return value != nullptr && value->is(ValueKind::kDuration) ? value->as_int() / kNano : otherwise;
}

}  // namespace weft::local
