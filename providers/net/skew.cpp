#include "providers/net/skew.h"

#include "providers/net/http_date.h"

namespace weft::net {

auto clock_skew(const Headers& answer, std::chrono::milliseconds sent_at,
                std::chrono::milliseconds answered_at) -> std::optional<std::chrono::milliseconds> {
  const std::string* text = answer.find("Date");
  if (text == nullptr) return {};
  auto date = parse_http_date(*text, std::chrono::floor<std::chrono::seconds>(answered_at));
  if (!date) return {};
  // The server's clock stood in [earliest, latest) at some moment between sending and answer.
  std::chrono::milliseconds earliest = *date, latest = *date + std::chrono::seconds(1);
  if (earliest > answered_at) return earliest - answered_at;
  if (latest < sent_at) return latest - sent_at;
  return std::chrono::milliseconds(0);
}

}  // namespace weft::net
