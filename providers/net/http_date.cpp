#include "providers/net/http_date.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <vector>

#include "lang/base/text.h"

namespace weft::net {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

auto number(std::string_view text) -> std::optional<int64_t> {
  int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || value < 0) return {};
  return value;
}

struct Parts {
  std::string_view day, month, year, time;
};

// The three forms differ in order and in what stands between the words.
auto take_apart(std::string_view text) -> std::optional<Parts> {
  std::vector<std::string_view> words;
  for (auto word : split(text, ' ')) {
    if (!word.empty()) words.push_back(word);
  }
  if (words.size() == 6 && words[5] == "GMT") {  // Sun, 06 Nov 1994 08:49:37 GMT
    return Parts{.day = words[1], .month = words[2], .year = words[3], .time = words[4]};
  }
  if (words.size() == 4 && words[3] == "GMT") {  // Sunday, 06-Nov-94 08:49:37 GMT
    auto date = split(words[1], '-');
    if (date.size() != 3) return {};
    return Parts{.day = date[0], .month = date[1], .year = date[2], .time = words[2]};
  }
  if (words.size() == 5) {  // Sun Nov  6 08:49:37 1994
    return Parts{.day = words[2], .month = words[1], .year = words[4], .time = words[3]};
  }
  return {};
}

auto full_year(std::string_view text, int64_t year, std::chrono::seconds now) -> int64_t {
  if (text.size() != 2) return year;
  auto today =
      std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds(now)));
  int64_t this_year = static_cast<int>(today.year());
  year += this_year / 100 * 100;
  return year > this_year + 50 ? year - 100 : year;  // RFC 9110: more than 50 years ahead lies in the past
}

}  // namespace

auto parse_http_date(std::string_view text, std::chrono::seconds now) -> std::optional<std::chrono::seconds> {
  auto parts = take_apart(text);
  if (!parts) return {};
  auto month = std::ranges::find(kMonths, parts->month);
  auto day = number(parts->day);
  auto year = number(parts->year);
  auto clock = split(parts->time, ':');
  if (month == kMonths.end() || !day || !year || *year > 9999 || *day > 31 || clock.size() != 3) return {};
  auto hours = number(clock[0]);
  auto minutes = number(clock[1]);
  auto seconds = number(clock[2]);
  if (!hours || !minutes || !seconds || *hours > 23 || *minutes > 59 || *seconds > 60) return {};
  std::chrono::year_month_day date{
      std::chrono::year(static_cast<int>(full_year(parts->year, *year, now))),
      std::chrono::month(static_cast<unsigned>(month - kMonths.begin()) + 1),
      std::chrono::day(static_cast<unsigned>(*day)),
  };
  if (!date.ok()) return {};
  return std::chrono::sys_days(date).time_since_epoch() + std::chrono::hours(*hours) +
         std::chrono::minutes(*minutes) + std::chrono::seconds(*seconds);
}

auto parse_retry_after(std::string_view text, std::chrono::seconds now)
    -> std::optional<std::chrono::milliseconds> {
  constexpr std::chrono::seconds kMost = std::chrono::hours(24);
  text = trim(text);
  if (!text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos) {
    auto seconds = number(text);  // nothing when it does not fit: longer than anybody waits
    return seconds && *seconds < kMost.count() ? std::chrono::seconds(*seconds) : kMost;
  }
  auto date = parse_http_date(text, now);
  if (!date) return {};
  return std::clamp(*date - now, std::chrono::seconds(0), kMost);
}

}  // namespace weft::net
