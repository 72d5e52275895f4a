#include "engine/view/value_diff.h"

#include <algorithm>

#include <fmt/format.h>

#include "engine/view/string_diff.h"
#include "engine/view/text_diff.h"
#include "engine/view/words.h"
#include "lang/base/digest.h"
#include "lang/base/text.h"

namespace weft::draw {

namespace {

using Kind = Leaf::Kind;
using plan::Difference;

constexpr size_t kMostOnOneLine = 120;

auto is_string(const Value& value) -> bool { return value.is(ValueKind::kString) && !value.secret(); }

struct Item {
  const Difference* difference = nullptr;  // null: a plain pair of values
  Leaf leaf;
};

class Drawer {
 public:
  // `lead`: what the first step of each path is called, where that is no member's name.
  Drawer(const DiffContext& context, uint32_t indent, std::string_view lead = {}) : context_(context), lead_(lead), indent_(indent) {
    style_.most = context.full ? 0 : 200;
    style_.origin = context.origin;
  }
  auto take() -> std::vector<Row> { return std::move(rows_); }
  // All differences that stand together.
  void among(std::span<const Difference> all) { all_ = all; }

  void items(const std::vector<Item>& items) {
    for (size_t i = 0; i < items.size();) {
      size_t end = i + 1;
      size_t common = shared_prefix(items, i, end);
      if (common < 2) {
        i = run(items, i, 0);
        continue;
      }
      put(label_of(items[i].leaf.path.steps, 0, common));
      indent_ += 2;
      while (i < end) i = run(items, i, common);
      indent_ -= 2;
    }
  }

  // The leaves at `leaf`'s path under `label`; `all` are its neighbours with the same path (what came and went).
  void leaf(const std::string& label, std::span<const Item> all, bool top_level) {
    const Leaf& leaf = all[0].leaf;
    const Difference* difference = all[0].difference;
    size_t first = rows_.size();
    if (difference != nullptr && difference->kind == Difference::Kind::kDrift) {
      drift(label, all);
    } else if (difference != nullptr && difference->kind == Difference::Kind::kIgnored) {
      // Whose it is, where the driver knows that: "owned by "hpa" through scale, 3m ago (yields)".
      std::string whose = difference->note.empty() ? fmt::format(" (ignored{})", where(*difference)) : ", " + difference->note;
      put(fmt::format("{}: {} here, {} live{}", label, here(leaf), live(leaf), whose));
    } else if (difference != nullptr && difference->kind == Difference::Kind::kUnverified) {
      put(label + ": (secret, not compared: what is there cannot be read)");
    } else if (difference != nullptr && difference->kind == Difference::Kind::kOrder) {
      put(label + " (order changed)");
    } else {
      change(label, all, top_level);
    }
    if (difference != nullptr && !difference->note.empty() && rows_.size() > first &&
        difference->kind == Difference::Kind::kChange) {
      rows_[first].note = difference->note;
    }
  }

 private:
  // How many leading steps items [i, end) share with each other; `end` grows over all that share as many as the first two.
  static auto shared_prefix(const std::vector<Item>& items, size_t i, size_t& end) -> size_t {
    auto plain = [&](size_t k) {
      const Difference* d = items[k].difference;
      return d == nullptr || d->kind == Difference::Kind::kChange;
    };
    if (i + 1 >= items.size() || !plain(i) || !plain(i + 1)) return 0;
    const auto& first = items[i].leaf.path.steps;
    auto common = [&](size_t k) {
      const auto& other = items[k].leaf.path.steps;
      size_t n = 0;
      // The last step of either stays with its leaf.
      while (n + 1 < first.size() && n + 1 < other.size() && first[n] == other[n]) ++n;
      return n;
    };
    size_t shared = common(i + 1);
    if (shared < 2 || items[i].leaf.path == items[i + 1].leaf.path) return 0;
    end = i + 2;
    while (end < items.size() && plain(end) && common(end) >= shared) ++end;
    return shared;
  }

  // Draws what stands at one path, from item `i` on, without its first `cut` steps; gives the item after it.
  auto run(const std::vector<Item>& items, size_t i, size_t cut) -> size_t {
    size_t end = i + 1;
    auto gathers = [](const Leaf& leaf) { return leaf.kind == Kind::kAdd || leaf.kind == Kind::kRemove; };
    if (gathers(items[i].leaf)) {
      while (end < items.size() && gathers(items[end].leaf) && items[end].leaf.path == items[i].leaf.path &&
             items[end].difference == items[i].difference) {
        ++end;
      }
    }
    const auto& steps = items[i].leaf.path.steps;
    leaf(label_of(steps, cut, steps.size()), std::span(items).subspan(i, end - i), steps.size() == 1);
    return end;
  }

  [[nodiscard]] auto label_of(const std::vector<PathStep>& steps, size_t from, size_t to) const -> std::string {
    bool led = from == 0 && !lead_.empty();
    Path path{std::vector(steps.begin() + static_cast<long>(led ? 1 : from), steps.begin() + static_cast<long>(to))};
    std::string text = path.text();
    if (!led) return text;
    return std::string(lead_) + (text.empty() || text[0] == '[' ? "" : ".") + text;
  }

  void put(std::string text) { rows_.push_back(Row{.indent = indent_, .left = Line(std::move(text))}); }

  [[nodiscard]] auto text(const Value& value) const -> std::string { return value_text(value, style_); }
  [[nodiscard]] auto here(const Leaf& leaf) const -> std::string {
    return leaf.kind == Kind::kGone || leaf.kind == Kind::kRemove ? "nothing" : text(leaf.after);
  }
  [[nodiscard]] auto live(const Leaf& leaf) const -> std::string {
    return leaf.kind == Kind::kNew || leaf.kind == Kind::kAdd ? "nothing" : text(leaf.before);
  }
  static auto where(const Difference& difference) -> std::string {
    if (difference.source.file.empty()) return {};
    return fmt::format(", {}:{}", difference.source.file, difference.source.line);
  }

  // Whether the files change what has drifted there: then nothing is set back.
  [[nodiscard]] auto overwrites(const Difference& drift) const -> bool {
    return std::ranges::any_of(all_, [&](const Difference& one) {
      return one.kind == Difference::Kind::kChange && (one.path.covered_by(drift.path) || drift.path.covered_by(one.path));
    });
  }

  void drift(const std::string& label, std::span<const Item> all) {
    const Leaf& leaf = all[0].leaf;
    const Difference& difference = *all[0].difference;
    bool both = overwrites(difference);
    std::string_view does = both ? "overwrites it" : "sets it back";
    std::string since = difference.note;
    auto note = [&](std::string_view what) {
      if (!since.empty()) return since;
      return context_.version == 0 ? std::string(what) : fmt::format("{} since @{}", what, context_.version);
    };
    std::string line;
    switch (leaf.kind) {
      case Kind::kAdd:
      case Kind::kRemove: {
        // The leaf is seen from what is desired: what this step would add is what the world has lost.
        bool only_extra = true, only_lost = true;
        // What the files add is not lost.
        bool any_extra = std::ranges::any_of(all, [](const Item& item) { return item.leaf.kind == Kind::kRemove; });
        std::string parts;
        for (const Item& item : all) {
          bool lost = item.leaf.kind == Kind::kAdd;
          if (lost && both && any_extra) continue;
          (lost ? only_extra : only_lost) = false;
          if (!parts.empty()) parts += ", ";
          parts += fmt::format("{} {}", lost ? '-' : '+', text(lost ? item.leaf.after : item.leaf.before));
        }
        line = fmt::format("{}: {}, {}; this step {}", label, parts, note(only_extra ? "appeared" : only_lost ? "gone" : "changed"),
                           both ? does : only_extra ? "removes it" : only_lost ? "puts it back" : does);
        break;
      }
      case Kind::kGone:
        line = fmt::format("{}: is {}, {}; this step removes it", label, text(leaf.before), note(both ? "changed" : "appeared"));
        break;
      case Kind::kNew:
        line = fmt::format("{}: is not there, {}; this step sets {}", label, note("gone"), text(leaf.after));
        break;
      case Kind::kOrder:
        line = fmt::format("{} (order changed), {}; this step {}", label, note("changed"), does);
        break;
      case Kind::kChange:
        if (leaf.before.secret() || leaf.after.secret()) {
          line = fmt::format("{}: (secret, changed), {}; this step {}", label, note("changed"), does);
        } else if (is_string(leaf.before) && is_string(leaf.after) && long_text(leaf)) {
          rows_.push_back(Row{.indent = indent_ >= 2 ? indent_ - 2 : 0, .left = Line().add("! ", Ink::kYellow).add(fmt::format(
              "{}: {}; this step {}", label, note("changed"), does))});
          nested_change(leaf);
          return;
        } else if (both) {
          line = fmt::format("{}: is {}, {}; this step {}", label, text(leaf.before), note("changed"), does);
        } else {
          line = fmt::format("{}: is {}, {}; this step sets {}", label, text(leaf.before), note("changed"), text(leaf.after));
        }
    }
    rows_.push_back(Row{.indent = indent_ >= 2 ? indent_ - 2 : 0, .left = Line().add("! ", Ink::kYellow).add(line)});
  }

  static auto long_text(const Leaf& leaf) -> bool {
    auto lines = [](const Value& value) { return value.as_string().find('\n') != std::string_view::npos; };
    return lines(leaf.before) || lines(leaf.after) || leaf.before.as_string().size() + leaf.after.as_string().size() > 160;
  }

  void nested_change(const Leaf& leaf) {
    std::string_view a = leaf.before.as_string(), b = leaf.after.as_string();
    for (Row& row : line_rows(a, b, indent_ + 2, context_.full)) rows_.push_back(std::move(row));
  }

  void change(const std::string& label, std::span<const Item> all, bool top_level) {
    const Leaf& leaf = all[0].leaf;
    switch (leaf.kind) {
      case Kind::kOrder: put(label + " (order changed)"); return;
      case Kind::kAdd:
      case Kind::kRemove: elements(label, all); return;
      case Kind::kNew: fresh(label, leaf.after); return;
      case Kind::kGone:
        put(fmt::format("{}: {} → {}", label, leaf.before.secret() ? "(secret)" : text(leaf.before),
                        top_level && all[0].difference != nullptr ? "(provider's default)" : "(none)"));
        return;
      case Kind::kChange: break;
    }
    if (leaf.before.secret() || leaf.after.secret()) put(label + ": (secret, changed)");
    else if (is_string(leaf.before) && is_string(leaf.after)) strings(label, leaf.before.as_string(), leaf.after.as_string());
    else put(fmt::format("{}: {} → {}", label, text(leaf.before), text(leaf.after)));
  }

  void elements(const std::string& label, std::span<const Item> all) {
    std::string line;
    for (const Item& item : all) {
      if (!line.empty()) line += ", ";
      line += element(item.leaf);
    }
    if (line.size() <= kMostOnOneLine) {
      put(fmt::format("{}: {}", label, line));
      return;
    }
    put(label);
    indent_ += 2;
    size_t shown = 0;
    for (const Item& item : all) {
      if (!context_.full && shown++ == 20) {
        put(fmt::format("and {} more: --full", all.size() - 20));
        break;
      }
      put(element(item.leaf));
    }
    indent_ -= 2;
  }
  [[nodiscard]] auto element(const Leaf& leaf) const -> std::string {
    return leaf.kind == Kind::kAdd ? "+ " + text(leaf.after) : "- " + text(leaf.before);
  }

  void fresh(const std::string& label, const Value& value) {
    if (value.secret()) {
      put(label + ": (secret, new)");
      return;
    }
    bool many_lines = is_string(value) && std::ranges::count(value.as_string(), '\n') > 1;
    if (!many_lines || !is_text(value.as_string())) {
      put(fmt::format("{} = {}", label, text(value)));
      return;
    }
    auto lines = lines_of(value.as_string());
    put(fmt::format("{} = (text, {}, {})", label, counted(lines.size(), "line"), bytes(value.as_string().size())));
    if (!context_.full) return;
    for (std::string_view line : lines) {
      rows_.push_back(Row{.indent = indent_ + 2, .left = Line("| ").add(line), .whole = true});
    }
  }

  void strings(const std::string& label, std::string_view a, std::string_view b) {
    if (auto pair = json_pair(a, b)) {
      json(label, pair->first, pair->second);
      return;
    }
    auto plain_a = base64_text(a), plain_b = base64_text(b);
    if (plain_a && plain_b) {
      texts(label, "base64 of text", *plain_a, *plain_b);
      return;
    }
    if (label.ends_with("base64") || label.ends_with("Base64")) {
      auto bytes_a = from_base64(a), bytes_b = from_base64(b);
      if (bytes_a && bytes_b && (!is_text(*bytes_a) || !is_text(*bytes_b))) {
        put(fmt::format("{} (base64): {} → {}", label, binary_text(*bytes_a), binary_text(*bytes_b)));
        return;
      }
    }
    if (!is_text(a) || !is_text(b)) {
      put(fmt::format("{}: {} → {}", label, is_text(a) ? quoted(a) : binary_text(a), is_text(b) ? quoted(b) : binary_text(b)));
      return;
    }
    texts(label, "text", a, b);
  }

  void texts(const std::string& label, std::string_view what, std::string_view a, std::string_view b) {
    bool lines = a.find('\n') != std::string_view::npos || b.find('\n') != std::string_view::npos;
    std::string remark = what == "text" ? "" : fmt::format(" ({})", what);
    if (lines && a.size() + b.size() > 40) {
      put(fmt::format("{} ({}, {}{})", label, what, counted(lines_of(b).size(), "line"),
                      only_space_differs(a, b) ? ", only white space differs" : ""));
      for (Row& row : line_rows(a, b, indent_ + 2, context_.full)) rows_.push_back(std::move(row));
      return;
    }
    StringPair pair = cut_pair(a, b, false, context_.full);
    if (pair.before.empty()) put(fmt::format("{}{} {}", label, remark, pair.remark));
    else put(fmt::format("{}{}: {} → {}{}", label, remark, pair.before, pair.after, pair.remark.empty() ? "" : " " + pair.remark));
  }

  void json(const std::string& label, const Value& a, const Value& b) {
    std::vector<Item> items;
    for (Leaf& leaf : leaves_of({}, a, b)) items.push_back({nullptr, std::move(leaf)});
    if (items.empty()) {
      put(label + " (JSON): (only its layout differs)");
      return;
    }
    Drawer inner({.full = context_.full, .origin = context_.origin}, 0);
    inner.items(items);
    auto rows = inner.take();
    if (rows.size() == 1) {
      Line left(label + " (JSON) ");
      rows_.push_back(Row{.indent = indent_, .left = left.append(rows[0].left)});
      return;
    }
    put(label + " (JSON)");
    for (Row& row : rows) {
      row.indent += indent_ + 2;
      rows_.push_back(std::move(row));
    }
  }

  const DiffContext context_;
  std::span<const Difference> all_{};
  const std::string_view lead_;
  ValueStyle style_;
  uint32_t indent_;
  std::vector<Row> rows_;
};

auto items_of(const Difference& difference, const DiffContext& context) -> std::vector<Item> {
  Path path = keyed_path(difference.path, context.before, context.after);
  std::vector<Item> items;
  for (Leaf& leaf : leaves_of(path, difference.before, difference.after)) items.push_back({&difference, std::move(leaf)});
  // Marks that hide equal values (two secrets), and differences that are only a note.
  if (items.empty()) {
    items.push_back({&difference, Leaf{.kind = Kind::kOrder, .path = path, .before = difference.before.value_or(Value()),
                                       .after = difference.after.value_or(Value())}});
  }
  return items;
}

// The list that the path leads through in which other keys stand at the positions than did: there a position says nothing.
auto rekeyed(const Path& path, const DiffContext& context) -> std::optional<Path> {
  if (context.before == nullptr || context.after == nullptr) return std::nullopt;
  Path walked;
  for (const PathStep& step : path.steps) {
    if (step.kind == PathStep::Kind::kIndex) {
      const Value* a = find(*context.before, walked);
      const Value* b = find(*context.after, walked);
      bool whole = a != nullptr && b != nullptr && !a->has_secret() && !b->has_secret() && !b->has_unknown();
      auto key = whole ? key_member(*a) : std::nullopt;
      if (key && key == key_member(*b) && !std::ranges::equal(a->elements(), b->elements(), [&](const Value& x, const Value& y) {
            return *x.get(*key) == *y.get(*key);
          })) {
        return walked;
      }
    }
    walked.steps.push_back(step);
  }
  return std::nullopt;
}

// Differences by position inside such a list become one of the list, which is then compared by its keys.
auto by_keys(std::span<const Difference> differences, const DiffContext& context) -> std::vector<Difference> {
  std::vector<Difference> out;
  std::vector<Path> lists;
  for (const Difference& difference : differences) {
    bool plain = difference.kind == Difference::Kind::kChange;
    auto list = plain ? rekeyed(difference.path, context) : std::nullopt;
    // The values are the record's; where the world has moved, what was there is something else.
    const Value* was = list && difference.before ? find(*context.before, difference.path) : nullptr;
    if (!list || (difference.before && (was == nullptr || !(*was == *difference.before)))) {
      out.push_back(difference);
      continue;
    }
    auto known = std::ranges::find(lists, *list);
    if (known == lists.end()) {
      lists.push_back(*list);
      Difference whole = difference;
      whole.path = *list;
      whole.before = *find(*context.before, *list);
      whole.after = *find(*context.after, *list);
      out.push_back(std::move(whole));
      continue;
    }
    Difference& whole = *std::ranges::find(out, *list, &Difference::path);
    whole.forces_replace = whole.forces_replace || difference.forces_replace;
    if (whole.note.empty()) whole.note = difference.note;
  }
  return out;
}

}  // namespace

auto difference_rows(std::span<const Difference> given, const DiffContext& context, uint32_t indent) -> std::vector<Row> {
  const std::vector<Difference> differences = by_keys(given, context);
  std::vector<Item> items;
  for (const Difference& difference : differences) {
    for (Item& item : items_of(difference, context)) items.push_back(std::move(item));
  }
  Drawer drawer(context, indent);
  drawer.among(differences);
  drawer.items(items);
  return drawer.take();
}

auto difference_line(const Difference& difference, const DiffContext& context) -> std::optional<std::string> {
  auto rows = difference_rows(std::span(&difference, 1), context, 0);
  if (rows.size() != 1) return std::nullopt;
  return rows[0].left.plain();
}

auto change_rows(std::string_view label, const std::optional<Value>& before, const std::optional<Value>& after,
                 const DiffContext& context, uint32_t indent) -> std::vector<Row> {
  Path path;
  path.steps.push_back(PathStep{.kind = PathStep::Kind::kMember, .name = std::string(label)});
  std::vector<Item> items;
  for (Leaf& leaf : leaves_of(path, before, after)) items.push_back({nullptr, std::move(leaf)});
  Drawer drawer(context, indent, label);
  drawer.items(items);
  return drawer.take();
}

}  // namespace weft::draw
