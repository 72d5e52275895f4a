#include "engine/addr/selection.h"

#include <algorithm>
#include <span>

#include "engine/addr/inside.h"
#include "lang/base/text.h"

namespace weft::addr {
namespace {

constexpr size_t kMostCompared = 10'000;
constexpr std::string_view kOld = "#old-";

// `web[a]#old-1f2e`: the row of an object whose successor stands at web[a] already.
auto is_old_row(std::string_view text) -> bool {
  auto outer = enclosing(text);
  for (std::string_view name : outer) {
    auto rest = text.substr(name.size());
    if (!rest.starts_with('#')) continue;
    auto id = rest.starts_with(kOld) ? rest.substr(kOld.size()) : std::string_view();
    return !id.empty() && id.find_first_not_of("0123456789abcdef") == std::string_view::npos && parse_address(name).has_value();
  }
  return false;
}

}  // namespace

auto Choice::matches(std::string_view address) const -> bool {
  if (address == text) return true;
  if (!selector) return false;
  auto parsed = parse_address(address);
  return parsed && selector->matches(*parsed);
}

auto Choice::reaches_into(std::string_view collection) const -> bool {
  if (matches(collection)) return true;
  return selector && is_inside(selector->text(), collection);
}

auto parse_choice(std::string_view text) -> Result<Choice> {
  auto selector = parse_selector(text);
  if (selector) return Choice{.text = std::string(text), .selector = std::move(*selector)};
  if (is_old_row(text)) return Choice{.text = std::string(text), .selector = {}};
  return std::unexpected(selector.error());
}

auto Selection::of(const std::vector<std::string>& texts) -> Result<Selection> {
  Selection selection;
  for (const auto& text : texts) {
    TRY(choice, parse_choice(text));
    selection.add(std::move(choice));
  }
  return selection;
}

auto Selection::matches(std::string_view address) const -> bool {
  return std::ranges::any_of(choices_, [&](const Choice& choice) { return choice.matches(address); });
}

auto Selection::reaches_into(std::string_view collection) const -> bool {
  return std::ranges::any_of(choices_, [&](const Choice& choice) { return choice.reaches_into(collection); });
}

auto likely(std::string_view text, const std::vector<std::string>& known) -> std::string {
  return std::string(nearest(text, std::span(known).first(std::min(known.size(), kMostCompared))));
}

}  // namespace weft::addr
