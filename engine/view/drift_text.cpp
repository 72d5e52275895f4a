#include "engine/view/drift_text.h"

#include <span>

#include <fmt/format.h>

#include "engine/view/command_text.h"
#include "engine/view/page.h"
#include "engine/view/plan_entries.h"
#include "engine/view/plan_text.h"
#include "engine/view/string_diff.h"
#include "engine/view/value_diff.h"
#include "engine/view/words.h"
#include "lang/base/text.h"

namespace weft::draw {

namespace {

auto side(const std::optional<Value>& value) -> std::string {
  if (!value) return "nothing";
  return value_text(*value, {.most = 120});
}

void value_rows(const plan::Difference& difference, const Look& look, Page& page) {
  std::string label = difference.path.text();
  auto text = [](const std::optional<Value>& v) { return v && v->is(ValueKind::kString) && !v->secret(); };
  if ((difference.before && difference.before->secret()) || (difference.after && difference.after->secret())) {
    page.line(Line(label + ": (secret, changed)"), 4);
    return;
  }
  if (text(difference.before) && text(difference.after)) {
    std::string_view live = difference.before->as_string(), applied = difference.after->as_string();
    bool lines = live.find('\n') != std::string_view::npos || applied.find('\n') != std::string_view::npos;
    if (lines && is_text(live) && is_text(applied)) {
      page.line(Line(fmt::format("{} (text, - applied, + live)", label)), 4);
      page.block(line_rows(applied, live, 6, look.full));
      return;
    }
    StringPair pair = cut_pair(applied, live, true, look.full);
    if (pair.before.empty()) page.line(Line(fmt::format("{}: {}", label, pair.remark)), 4);
    else page.line(Line(fmt::format("{}: applied {}, live {}", label, pair.before, pair.after)), 4);
    return;
  }
  page.line(Line(fmt::format("{}: applied {}, live {}", label, side(difference.after), side(difference.before))), 4);
}

// What stands below its head, laid out.
auto details_of(const plan::Drift& drift, const Look& look) -> std::string {
  Page page(look);
  if (drift.missing) page.line(Line(drift.why.empty() ? "missing" : drift.why), 4);
  for (const plan::Difference& difference : drift.differences) value_rows(difference, look, page);
  if (!drift.missing && !drift.why.empty()) page.line(Line(drift.why), 4);
  return page.text();
}

auto head_of(std::span<const plan::Drift> alike, const std::string& collection) -> Row {
  const plan::Drift& first = alike.front();
  Row head{.source = source_text(first.source), .hang = 4};
  head.left.add("! ", Ink::kYellow);
  if (alike.size() == 1) {
    head.left.add(first.address, Ink::kBold).add("  ").add(first.type);
    if (!first.identity.empty()) head.left.add("  ").add(first.identity);
    return head;
  }
  head.left.add(fmt::format("{} × {}[…]", with_thousands(alike.size()), collection), Ink::kBold).add("  ").add(first.type);
  std::vector<std::string> keys;
  for (const plan::Drift& one : alike) keys.push_back(key_part(one.address, collection));
  head.left.add("  ").add(listed(keys, 5));
  return head;
}

}  // namespace

auto drift_text(const plan::Plan& plan, const Look& look) -> std::string {
  Page page(look);
  std::string name = fabric_name(plan.fabric, plan.environment);
  uint64_t missing = 0, values = 0, resources = 0;
  for (const plan::Drift& drift : plan.drift) {
    missing += drift.missing ? 1 : 0;
    resources += drift.missing ? 0 : 1;
    values += drift.missing ? 0 : drift.differences.size();
  }
  std::string read = plan.api_calls > 0 ? fmt::format(" with {}", counted(plan.api_calls, "API call")) : "";
  if (plan.drift.empty()) {
    page.line(Line(fmt::format("No drift in {}, state @{}: {} read{} in {}.", name, plan.tail.seq, counted(plan.resources_read, "resource"),
                               read, elapsed(plan.read_ms))));
    return page.text();
  }
  std::string counts;
  if (missing > 0) counts = fmt::format("{} missing", counted(missing, "resource"));
  if (values > 0) counts += fmt::format("{}{} in {}", counts.empty() ? "" : ", ", counted(values, "value"), counted(resources, "resource"));
  page.line(Line().add(fmt::format("Drift in {}, state @{}: {}", name, plan.tail.seq, counts), Ink::kBold));
  page.line(Line(fmt::format("{} read{} in {}", counted(plan.resources_read, "resource"), read, elapsed(plan.read_ms))));
  page.gap();
  for (size_t i = 0; i < plan.drift.size();) {
    const plan::Drift& drift = plan.drift[i];
    std::string details = details_of(drift, look);
    std::string collection = collection_of(drift.address);
    size_t end = i + 1;
    // Instances that have drifted alike are one entry.
    while (!look.full && !collection.empty() && end < plan.drift.size() && plan.drift[end].type == drift.type &&
           collection_of(plan.drift[end].address) == collection && details_of(plan.drift[end], look) == details) {
      ++end;
    }
    page.row(head_of(std::span(plan.drift).subspan(i, end - i), collection));
    page.add(details);
    i = end;
  }
  std::vector<std::string> not_drift;
  if (plan.ignored_differences > 0) not_drift.push_back(counted(plan.ignored_differences, "ignored difference"));
  if (plan.filled_in > 0) not_drift.push_back(counted(plan.filled_in, "value") + " filled in by providers");
  if (!not_drift.empty() || look.hints) page.gap();
  if (!not_drift.empty()) page.line(Line(fmt::format("Not drift: {}.", fmt::join(not_drift, ", "))));
  if (look.hints) {
    // What is not there any more has no value that could be written.
    std::string keep = values == 0 ? "take it out of the file" : missing == 0 ? "write the live value into the file" : "write the live value into the file, or take out what is gone";
    page.line(Line(with_environment(fmt::format("Set back:  weft drift --fix    Keep: {}.", keep), plan.environment)));
  }
  return page.text();
}

}  // namespace weft::draw
