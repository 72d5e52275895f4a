#include "engine/view/plan_steps.h"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "engine/view/attribute_rows.h"
#include "engine/view/plan_text.h"
#include "engine/view/words.h"
#include "lang/base/text.h"
#include "providers/api/registry.h"

namespace weft::draw {

using plan::Action;
using plan::Difference;
using plan::Step;

namespace {

constexpr size_t kKeysShown = 5;

auto is_state_only(Action action) -> bool { return section_of(action) == Section::kStateOnly; }

// What is not known before the cause is done: it needs no row of its own.
auto only_the_cause_tells(const Difference& difference) -> bool {
  return difference.forces_replace && difference.after && difference.after->has_unknown();
}

// "SubnetId is create-only"; nothing where rows of differences say so.
auto forcing(const Step& step) -> std::string {
  std::vector<std::string> names;
  bool drawn = false;
  for (const Difference& difference : step.differences) {
    if (only_the_cause_tells(difference)) names.push_back(difference.path.text());
    else drawn = drawn || difference.forces_replace;
  }
  if (names.empty()) return drawn || step.reasons.empty() ? std::string() : step.reasons.front();
  return fmt::format("{} {} create-only", listed(names, 3), names.size() == 1 ? "is" : "are");
}

// Without what nobody wrote and nobody knows yet: what a driver makes of a default once it knows more. What is unknown in
// the files has an origin.
auto without_open(const Value& attributes, const driver::TypeSchema* type) -> Value {
  if (type == nullptr || !attributes.is(ValueKind::kObject) || attributes.secret()) return attributes;
  std::vector<Field> fields;
  for (const Field& field : attributes.fields()) {
    const auto* attribute = type->attribute(field.key.view());
    bool open = field.value.is_unknown() && field.value.facts().origin.view().empty();
    if (!open || attribute == nullptr || !attribute->default_value) fields.push_back(field);
  }
  return Value::object(std::move(fields));
}

auto same_change(const Difference& a, const Difference& b) -> bool {
  return a.before == b.before && a.after == b.after && a.kind == b.kind;
}

// How they look: other values may be drawn alike, where only what differs of them is drawn.
auto look_of(std::span<const Row> rows) -> std::string {
  std::string out;
  for (const Row& row : rows) out += fmt::format("{}\n{}\n{}\n", row.indent, row.note, row.left.plain());
  return out;
}

auto same_rows(std::span<const Row> a, std::span<const Row> b) -> bool { return look_of(a) == look_of(b); }

// Lines of a text that do not change stand in a diff to find the place by: several that change alike may differ in them.
auto without_context(std::vector<Row> rows) -> std::vector<Row> {
  std::erase_if(rows, [](const Row& row) {
    if (!row.whole || row.left.empty() || row.left.pieces()[0].ink != Ink::kPlain) return false;
    // "12   keepalive_timeout 65;"
    std::string text = row.left.plain();
    size_t number = text.find_first_not_of(' ');
    size_t end = number == std::string::npos ? number : text.find_first_not_of("0123456789", number);
    return end != std::string::npos && end > number && text.compare(end, 3, "   ") == 0;
  });
  return rows;
}

}  // namespace

auto ink_of(Action action) -> Ink {
  switch (action) {
    case Action::kDestroy:
    case Action::kReplace: return Ink::kRed;
    case Action::kUpdate: return Ink::kYellow;
    case Action::kCreate: return Ink::kGreen;
    default: return Ink::kDim;
  }
}

auto EntryRows::style() const -> ValueStyle {
  return {.most = look_.full ? size_t{0} : size_t{120},
          .origin = [this](std::string_view origin) { return origins_.name(origin); }};
}

auto EntryRows::context(const Step& step) const -> DiffContext {
  return {.full = look_.full,
          .origin = [this](std::string_view origin) { return origins_.name(origin); },
          .before = &step.before,
          .after = &step.after,
          .version = step.version};
}

auto EntryRows::type_of(const Step& step) const -> const driver::TypeSchema* {
  return look_.types == nullptr ? nullptr : look_.types->type(step.type);
}

auto EntryRows::warning(const Step& step) -> std::string {
  if (!step.stateful) return {};
  std::string out = "holds data";
  for (const std::string& remark : step.remarks) {
    if (remark != "holds data") out += "; " + remark;
  }
  return out;
}

auto EntryRows::reason(const Step& step, bool many) const -> std::string {
  std::string out;
  for (const std::string& reason : step.reasons) {
    if (!out.empty()) out += "; ";
    out += reason;
  }
  if (plan_.destroy) return out;
  if (!out.empty()) out += "; ";
  if (step.dependents.empty()) {
    out += fmt::format("nothing else in this fabric depends on {}", many ? "them" : "it");
  } else {
    out += fmt::format("{} {} on {}", listed(step.dependents, 5), step.dependents.size() == 1 ? "depends" : "depend",
                       many ? "them" : "it");
  }
  return out;
}

auto EntryRows::head(const Entry& entry) const -> Row {
  const Step& step = plan_.steps[entry.first()];
  Row row{.hang = 4};
  row.source = source_text(step.source);
  Ink ink = ink_of(step.action);
  row.left.add(sign(step.action), ink).add(" ");
  if (is_state_only(step.action)) {
    row.left.add(fmt::format("{:<6}  ", plan::word(step.action)), Ink::kDim);
  }
  // "3 × page[…] → site[…]"
  bool many_move = step.action == Action::kMove && entry.steps.size() > 1;
  if (many_move) row.left.add(fmt::format("{} × {}[…] → ", with_thousands(entry.steps.size()), collection_of(step.moved_from)));
  else if (step.action == Action::kMove) row.left.add(step.moved_from).add(" → ");
  row.left.add(many_move ? step.declaration + "[…]" : entry_name(plan_, entry), Ink::kBold).add("  ").add(step.type);
  if (entry.steps.size() > 1) {
    if (entry.steps.size() <= kKeysShown) {
      std::vector<std::string> keys;
      for (auto i : entry.steps) {
        // In instances of a module the keys stand further ahead.
        auto key = key_part(plan_.steps[i].address, step.declaration);
        keys.push_back(key.empty() ? plan_.steps[i].address : std::move(key));
      }
      row.left.add("  ").add(listed(keys));
    }
    if (step.action == Action::kForget) row.left.add(", ").add(step.remarks.empty() ? "stay in the world" : step.remarks.front());
    else if (step.action == Action::kAdopt) row.left.add(step.differences.empty() ? ", all written attributes agree" : "");
    else if (step.action == Action::kRecord) row.left.add(", the world is so already");
    else if (!step.adopted_id.empty()) row.left.add(", adopted");
    if (step.action != Action::kMove && !step.moved_from.empty()) row.left.add(fmt::format(", moved from {}[…]", collection_of(step.moved_from)));
    return row;
  }
  if (step.action == Action::kCreate && !step.identity.empty()) return row;  // only predicted
  const std::string& id = step.action == Action::kAdopt && step.identity.empty() ? step.adopted_id : step.identity;
  if (!id.empty() && step.action != Action::kMove) row.left.add("  ").add(id);
  if (step.action == Action::kAdopt) {
    row.left.add(step.differences.empty() ? fmt::format(", all {} written attributes agree", step.after.length()) : "");
  } else if (step.action == Action::kForget) {
    row.left.add(", ").add(step.remarks.empty() ? "stays in the world" : step.remarks.front());
  } else if (step.action == Action::kRecord) {
    row.left.add(", the world is so already");
  } else if (!is_state_only(step.action)) {
    if (!step.moved_from.empty()) row.left.add(", moved from ").add(step.moved_from);
    if (!step.adopted_id.empty()) row.left.add(", adopted");
  }
  return row;
}

void EntryRows::remarks(const Step& step, uint32_t indent, std::vector<Row>& out) const {
  if (!step.consequence.empty()) out.push_back(Row{.indent = indent, .left = Line(step.consequence)});
  if (step.action == Action::kForget) return;  // in its head
  if (step.stateful && (step.action == Action::kDestroy || step.action == Action::kReplace)) return;  // in the warning
  for (const std::string& remark : step.remarks) out.push_back(Row{.indent = indent, .left = Line(remark)});
}

// What differs between the members of a group: each path once, what is alike once, the rest by key.
void EntryRows::group_details(const Entry& entry, uint32_t indent, std::vector<Row>& out) const {
  const Step& first = plan_.steps[entry.first()];
  std::vector<Difference> alike, bare;  // bare: but for the lines around
  std::vector<size_t> apart;
  for (size_t k = 0; k < first.differences.size(); ++k) {
    auto drawn = [&](const Step& step) { return difference_rows(std::span(&step.differences[k], 1), context(step), 0); };
    auto shown = drawn(first), changing = without_context(shown);
    bool with_context = true;
    bool same = std::ranges::all_of(entry.steps, [&](auto i) {
      const Step& other = plan_.steps[i];
      if (k >= other.differences.size()) return false;
      if (same_change(first.differences[k], other.differences[k])) return true;
      auto theirs = drawn(other);
      with_context = with_context && same_rows(shown, theirs);
      return same_rows(changing, without_context(std::move(theirs)));
    });
    if (!same) apart.push_back(k);
    else if (with_context) alike.push_back(first.differences[k]);
    else bare.push_back(first.differences[k]);
  }
  DiffContext all = context(first);
  // "since @5" is true of all of them, if it is of the earliest.
  for (auto i : entry.steps) all.version = std::min(all.version, plan_.steps[i].version);
  for (Row& row : difference_rows(alike, all, indent)) out.push_back(std::move(row));
  for (Row& row : without_context(difference_rows(bare, all, indent))) out.push_back(std::move(row));
  for (size_t k : apart) {
    bool drift = first.differences[k].kind == Difference::Kind::kDrift;
    std::string path = keyed_path(first.differences[k].path, &first.before, &first.after).text();
    if (drift) out.push_back(Row{.indent = indent >= 2 ? indent - 2 : 0, .left = Line().add("! ", Ink::kYellow).add(path + ", drifted, by key")});
    else out.push_back(Row{.indent = indent, .left = Line(path + ", by key")});
    // Keys whose change looks the same stand together.
    struct Like {
      std::string look;  // with the lines around
      std::vector<std::string> keys;
      plan::StepIndex step;
      bool with_context = true;
    };
    std::vector<Like> likes;
    std::unordered_map<std::string, size_t> known;  // by how they look without the lines around
    auto drawn = [&](plan::StepIndex i, std::string_view label) {
      const Difference& d = plan_.steps[i].differences[k];
      return change_rows(label, d.before, d.after, context(plan_.steps[i]), indent + 2);
    };
    for (auto i : entry.steps) {
      auto rows = drawn(i, "key");
      std::string look = look_of(rows);
      auto [at, fresh] = known.try_emplace(look_of(without_context(std::move(rows))), likes.size());
      if (fresh) likes.push_back(Like{.look = look, .keys = {}, .step = i});
      Like& like = likes[at->second];
      like.with_context = like.with_context && like.look == look;
      like.keys.push_back(key_part(plan_.steps[i].address, first.declaration));
    }
    size_t shown = 0, told = 0;
    for (const Like& like : likes) {
      if (!look_.full && shown++ == kKeysShown) {
        out.push_back(Row{.indent = indent + 2, .left = Line(fmt::format("and {} more: --full", entry.steps.size() - told))});
        break;
      }
      told += like.keys.size();
      auto rows = drawn(like.step, listed(like.keys, look_.full ? 0 : kKeysShown));
      if (!like.with_context) rows = without_context(std::move(rows));
      for (Row& row : rows) out.push_back(std::move(row));
    }
  }
}

void EntryRows::details(const Entry& entry, uint32_t indent, std::vector<Row>& out) const {
  const Step& step = plan_.steps[entry.first()];
  if (step.action == Action::kCreate) {
    if (look_.full && entry.steps.size() == 1) {
      for (Row& row : attribute_rows(without_open(step.after, type_of(step)), style(), indent)) out.push_back(std::move(row));
    } else if (entry.steps.size() > 1) {
      std::vector<const Value*> values;
      for (auto i : entry.steps) values.push_back(&plan_.steps[i].after);
      std::string telling = telling_attributes(values, 2, style(), type_of(step));
      if (!telling.empty()) out.push_back(Row{.indent = indent, .left = Line(telling)});
    }
    for (const std::string& reason : step.reasons) out.push_back(Row{.indent = indent, .left = Line(reason)});
  } else if (step.action == Action::kDestroy) {
    std::string why = reason(step, entry.steps.size() > 1);
    if (!why.empty()) out.push_back(Row{.indent = indent, .left = Line(why)});
  } else if (entry.steps.size() > 1) {
    group_details(entry, indent, out);
  } else {
    for (Row& row : difference_rows(step.differences, context(step), indent)) out.push_back(std::move(row));
    // "create-only" beside a value is reason enough.
    bool explained = std::ranges::any_of(step.differences, [](const Difference& one) { return one.forces_replace && !one.note.empty(); });
    if (!explained || step.action == Action::kUpdate) {
      for (const std::string& reason : step.reasons) out.push_back(Row{.indent = indent, .left = Line(reason)});
    }
  }
  if (step.action == Action::kReplace) {
    std::string order = step.create_first
                            ? fmt::format("created first, then destroyed: {} is there twice for a while", step.address)
                            : fmt::format("destroyed first, then created: no {} in between", step.address);
    if (entry.steps.size() > 1) order = step.create_first ? "each created first, then destroyed" : "each destroyed first, then created";
    std::string holds = warning(step);
    if (!holds.empty()) order += "; " + holds;
    out.push_back(Row{.indent = indent, .left = Line(order + (entry.consequences.empty() ? "" : "; forces"))});
  }
  remarks(step, indent, out);
}

auto EntryRows::consequence_row(const Entry& entry, const Step& cause) const -> std::pair<Row, std::vector<Row>> {
  const Step& step = plan_.steps[entry.first()];
  Row row;
  row.left.add(sign(step.action), ink_of(step.action)).add(" ").add(entry_name(plan_, entry), Ink::kBold).add("  ").add(step.type);
  if (entry.steps.size() == 1 && !step.identity.empty() && step.action == Action::kReplace) row.left.add("  ").add(step.identity);
  std::vector<Row> below;
  if (step.action == Action::kReplace) {
    row.note = forcing(step);
    // What only the cause explains stands in the note; the rest is drawn.
    std::vector<Difference> rest;
    for (const Difference& difference : step.differences) {
      if (!only_the_cause_tells(difference)) rest.push_back(difference);
    }
    below = difference_rows(rest, context(step), 0);
    return {row, below};
  }
  if (step.differences.size() == 1 && entry.steps.size() == 1) {
    const Difference& only = step.differences[0];
    bool from_cause = only.after && only.after->is_unknown() &&
                      origins_.name(only.after->facts().origin.view()) == cause.address;
    if (from_cause) {
      row.left.add("  ").add(fmt::format("{} → {}", only.path.text(), unknown_text(only.after->facts(), style())));
      return {row, below};
    }
    if (auto line = difference_line(only, context(step))) {
      row.left.add("  ").add(*line);
      return {row, below};
    }
  }
  details(entry, 0, below);
  return {row, below};
}

void EntryRows::consequences(const Entry& entry, const std::string& prefix, std::vector<Row>& out) const {
  const Step& cause = plan_.steps[entry.first()];
  for (size_t n = 0; n < entry.consequences.size(); ++n) {
    const Entry& child = entry.consequences[n];
    bool last = n + 1 == entry.consequences.size();
    std::string branch = !look_.trees ? "  " : last ? "└ " : "├ ";
    std::string onward = prefix + (!look_.trees || last ? "  " : "│ ");
    auto [row, below] = consequence_row(child, cause);
    row.left = Line().add(prefix + branch, Ink::kDim).append(row.left);
    row.indent = 4;
    out.push_back(std::move(row));
    bool more = !child.consequences.empty();
    for (Row& line : below) {
      Line left(std::string(line.indent, ' '));
      line.left = Line().add(onward, Ink::kDim).add(more && look_.trees ? "│   " : "    ", Ink::kDim).append(left).append(line.left);
      line.indent = 4;
      out.push_back(std::move(line));
    }
    consequences(child, onward, out);
  }
}

auto EntryRows::rows(const Entry& entry) const -> std::vector<Row> {
  const Step& step = plan_.steps[entry.first()];
  std::vector<Row> out{head(entry)};
  if (step.action == Action::kDestroy) out[0].note = warning(step);
  if (step.action == Action::kCreate && entry.steps.size() == 1 && !look_.full) {
    const Value* value = &step.after;
    std::string telling = telling_attributes(std::span(&value, 1), 1, style(), type_of(step));
    size_t needed = out[0].left.width(look_) + 2 + shown_width(telling, look_) + 2 + out[0].source.size();
    if (!telling.empty() && (look_.width == 0 || needed <= look_.width)) out[0].left.add("  ").add(telling);
    else if (!telling.empty()) out.push_back(Row{.indent = 4, .left = Line(telling)});
  }
  details(entry, 4, out);
  consequences(entry, "", out);
  return out;
}

auto EntryRows::stand_together(const Entry& one, const Entry& other) const -> bool {
  const Step& a = plan_.steps[one.first()];
  const Step& b = plan_.steps[other.first()];
  auto alone = [](const Entry& entry) { return entry.steps.size() == 1 && entry.consequences.empty(); };
  if (!alone(one) || !alone(other) || a.action != Action::kReplace || b.action != Action::kReplace) return false;
  if (a.declaration.empty() || a.declaration != b.declaration || a.type != b.type || a.create_first != b.create_first) return false;
  if (a.reasons != b.reasons || a.consequence != b.consequence || a.remarks != b.remarks || a.stateful != b.stateful) return false;
  return same_rows(difference_rows(a.differences, context(a), 0), difference_rows(b.differences, context(b), 0));
}

auto EntryRows::together(std::span<const Entry> entries) const -> std::vector<Row> {
  std::vector<Row> out;
  Entry all;
  for (const Entry& entry : entries) {
    out.push_back(head(entry));
    all.steps.push_back(entry.first());
  }
  size_t heads = out.size();
  const Step& first = plan_.steps[all.first()];
  std::string lead = entries.size() == 2 ? "both:" : fmt::format("all {}:", entries.size());
  bool one_row = difference_rows(first.differences, context(first), 0).size() < 2;
  if (!one_row) out.push_back(Row{.indent = 4, .left = Line(lead)});
  details(all, one_row ? 4 : 6, out);
  if (one_row && out.size() > heads) out[heads].left = Line(lead + " ").append(out[heads].left);
  return out;
}

auto EntryRows::brief(const Entry& entry) const -> Row {
  const Step& step = plan_.steps[entry.first()];
  Row row = head(entry);
  if (step.action == Action::kCreate) return row;
  for (const Difference& difference : step.differences) {
    auto line = difference_line(difference, context(step));
    bool alike = std::ranges::all_of(entry.steps, [&](auto i) {
      const auto& others = plan_.steps[i].differences;
      auto at = static_cast<size_t>(&difference - step.differences.data());
      return at < others.size() && same_change(others[at], difference);
    });
    if (line && alike && line->size() <= 60) {
      row.left.add("  ").add(*line);
      if (step.differences.size() > 1) row.left.add(fmt::format(", and {} more", step.differences.size() - 1));
      return row;
    }
  }
  if (!step.differences.empty()) row.left.add("  ").add(counted(step.differences.size(), "value"));
  return row;
}

}  // namespace weft::draw
