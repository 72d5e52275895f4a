#include "engine/plan/diff.h"

#include <algorithm>
#include <optional>
#include <set>

#include "engine/state/seal.h"

namespace weft::plan {

using driver::Attribute;
using driver::Input;

namespace {

auto ignored(const Path& path, const std::vector<Path>& ignore) -> bool {
  return std::any_of(ignore.begin(), ignore.end(), [&](const Path& pattern) { return path.covered_by(pattern); });
}

auto same_elements(const Value& a, const Value& b) -> bool {
  auto sorted = [](const Value& list) {
    std::vector<const Value*> out;
    for (const Value& element : list.elements()) out.push_back(&element);
    std::ranges::sort(out, [](const Value* x, const Value* y) { return canonical_less(*x, *y); });
    return out;
  };
  return std::ranges::equal(sorted(a), sorted(b), [](const Value* x, const Value* y) { return *x == *y; });
}

auto secret_mark() -> Value { return Value::null().as_secret(); }

// A value as a difference shows it: what is secret, or only known by its digest, is a mark.
auto shown(const Value* value) -> std::optional<Value> {
  if (value == nullptr) return std::nullopt;
  if (value->secret()) return secret_mark();
  if (value->is(ValueKind::kObject) && value->length() == 1 &&
      (value->fields()[0].key == "$digest" || value->fields()[0].key == "$sealed")) {
    return secret_mark();
  }
  return *value;
}

struct Compare {
  const DiffInput& input;
  DiffResult result;
  std::optional<size_t> live_from;  // of an attribute: its first difference that is seen from what is there now

  auto member(const Value& object, const std::string& name) const -> const Value* { return object.get(name); }

  // Adds the paths at which `before` and `after` differ; whether any that counts does.
  auto add(const Value* before, const Value* after, const Value* after_marked, const Path& at, Difference::Kind kind,
           const Attribute& attribute) -> bool {
    bool counts = false;
    auto one = [&](const Path& path, const Value* from, const Value* to) {
      // Members that are only written differently are no part of the difference.
      if (path != at && from != nullptr && to != nullptr && driver::equivalent(*from, *to, attribute.equivalence)) return;
      bool held = ignored(path, input.ignore);
      if (held) ++result.ignored;
      Path inside{std::vector<PathStep>(path.steps.begin() + static_cast<long>(at.steps.size()), path.steps.end())};
      const Value* marked = after_marked == nullptr ? nullptr : weft::find(*after_marked, inside);
      Difference difference;
      difference.kind = held ? Difference::Kind::kIgnored : kind;
      difference.path = path;
      difference.before = shown(from);
      difference.after = marked != nullptr && marked->secret() ? std::optional(secret_mark()) : shown(to);
      difference.forces_replace =
          !held && kind == Difference::Kind::kChange && attribute.change == driver::OnChange::kReplace;
      if (difference.forces_replace) difference.note = "create-only";
      result.differences.push_back(std::move(difference));
      counts = counts || !held;
    };
    if (before == nullptr || after == nullptr) {
      one(at, before, after);
    } else {
      walk_difference(*before, *after, at, one);
    }
    return counts;
  }

  // The files change what has moved in the world as well: what is there now, and goes, stands beside the change.
  void overwritten(const Value* observed, const Value* baseline, const Value* desired, const Value* marked, const Path& at,
                   const Attribute& attribute) {
    if (input.observed.is_null() || input.baseline.is_null()) return;
    if (same(observed, baseline, attribute) || same(desired, observed, attribute)) return;
    auto& all = result.differences;
    auto first = static_cast<long>(all.size());
    live_from = all.size();
    uint64_t ignored_before = result.ignored;
    add(observed, desired, marked, at, Difference::Kind::kDrift, attribute);
    auto as_it_was = [&](const Difference& one) {
      Path inside{std::vector<PathStep>(one.path.steps.begin() + static_cast<long>(at.steps.size()), one.path.steps.end())};
      const Value* now = observed == nullptr ? nullptr : weft::find(*observed, inside);
      const Value* then = baseline == nullptr ? nullptr : weft::find(*baseline, inside);
      return same(now, then, attribute);
    };
    all.erase(std::remove_if(all.begin() + first, all.end(), as_it_was), all.end());
    result.ignored = ignored_before;
    for (auto one = all.begin() + first; one != all.end(); ++one) {
      if (one->kind == Difference::Kind::kIgnored) ++result.ignored;
      else result.drift = true;
    }
  }

  void attribute(const Attribute& attribute) {
    size_t first = result.differences.size();
    live_from.reset();
    compare(attribute);
    one_ignored(first);
  }

  // Where the files and the world have both moved under `@ignore`, the difference from what is there now says it all.
  void one_ignored(size_t first) {
    auto& all = result.differences;
    if (!live_from || *live_from == first) return;
    std::set<std::string> live, around;  // paths; those and what they lie in
    auto with_outer = [](Path path, auto&& visit) {
      for (; !path.empty(); path.steps.pop_back()) visit(path.text());
    };
    for (size_t i = *live_from; i < all.size(); ++i) {
      if (all[i].kind != Difference::Kind::kIgnored) continue;
      live.insert(all[i].path.text());
      with_outer(all[i].path, [&](std::string text) { around.insert(std::move(text)); });
    }
    if (live.empty()) return;
    auto end = all.begin() + static_cast<long>(*live_from);
    auto kept = std::remove_if(all.begin() + static_cast<long>(first), end, [&](const Difference& one) {
      if (one.kind != Difference::Kind::kIgnored) return false;
      bool again = around.contains(one.path.text());
      with_outer(one.path, [&](const std::string& text) { again = again || live.contains(text); });
      return again;
    });
    result.ignored -= static_cast<uint64_t>(end - kept);
    all.erase(kept, end);
  }

  void compare(const Attribute& attribute) {
    if (attribute.input == Input::kNone) return;
    Path at;
    at.steps.push_back(PathStep{.kind = PathStep::Kind::kMember, .name = attribute.name});
    const Value* desired = member(input.desired_digested, attribute.name);
    const Value* marked = member(input.desired, attribute.name);
    const Value* applied = member(input.applied, attribute.name);
    const Value* observed = member(input.observed, attribute.name);
    const Value* baseline = member(input.baseline, attribute.name);
    bool has_applied = !input.applied.is_null();
    bool changed = false;

    if (has_applied) {
      if (!same(desired, applied, attribute)) {
        if (desired == nullptr && attribute.on_remove == driver::OnRemove::kKeep) {
          result.record_moves = true;
        } else if (desired != nullptr && observed != nullptr && !input.baseline.is_null() && same(desired, observed, attribute)) {
          result.record_moves = true;  // somebody has already made it so
        } else {
          changed = add(applied, desired, marked, at, Difference::Kind::kChange, attribute);
          result.change = result.change || changed;
          if (changed && attribute.change == driver::OnChange::kReplace) result.replace = true;
          if (changed && desired == nullptr && attribute.on_remove == driver::OnRemove::kReplace) {
            result.replace = true;
            result.differences.back().forces_replace = true;
            result.differences.back().note = "cannot be taken out in place";
          }
          if (changed && desired == nullptr && attribute.on_remove == driver::OnRemove::kRefuse) result.refused.push_back(at);
          if (changed && applied != nullptr) overwritten(observed, baseline, desired, marked, at, attribute);
        }
      }
    } else if (desired != nullptr && !input.observed.is_null() && attribute.input != Input::kLocal) {
      // After adoption there is no A and no B: what is desired against what is there, where that can be read.
      bool unreadable = attribute.secrecy == driver::Secrecy::kWriteOnly || (observed == nullptr && marked != nullptr && marked->has_secret());
      if (unreadable) {
        result.differences.push_back(Difference{.kind = Difference::Kind::kUnverified, .path = at, .after = secret_mark()});
      } else if (!same(desired, observed, attribute)) {
        changed = add(observed, desired, marked, at, Difference::Kind::kChange, attribute);
        result.change = result.change || changed;
        if (changed && attribute.change == driver::OnChange::kReplace) result.replace = true;
      }
    }
    if (changed) {
      result.changed.push_back(at);
      return;
    }
    // Drift counts at declared paths only, and only where the last change was seen ready.
    if (desired == nullptr || !has_applied || input.observed.is_null() || input.baseline.is_null()) return;
    if (same(observed, baseline, attribute)) return;
    if (same(desired, observed, attribute)) {
      result.record_moves = true;
      return;
    }
    live_from = result.differences.size();
    if (add(observed, desired, marked, at, Difference::Kind::kDrift, attribute)) {
      result.drift = true;
      result.changed.push_back(at);
    }
  }

  static auto same(const Value* a, const Value* b, const Attribute& attribute) -> bool {
    if (a == nullptr && b == nullptr) return true;
    if (a == nullptr || b == nullptr) {
      return attribute.equivalence == driver::Equivalence::kAbsentEmpty && (a == nullptr ? b : a)->length() == 0 &&
             driver::equivalent(Value::string(""), a == nullptr ? *b : *a, attribute.equivalence);
    }
    return driver::equivalent(*a, *b, attribute.equivalence);
  }
};

}  // namespace

void walk_difference(const Value& before, const Value& after, const Path& at,
                     const std::function<void(const Path&, const Value*, const Value*)>& found) {
  if (before == after) return;
  bool opaque = before.secret() || after.secret() || before.get("$digest") != nullptr || after.get("$digest") != nullptr;
  if (!opaque && before.is(ValueKind::kObject) && after.is(ValueKind::kObject)) {
    auto a = before.fields();
    auto b = after.fields();
    size_t i = 0, j = 0;
    while (i < a.size() || j < b.size()) {
      if (j == b.size() || (i < a.size() && a[i].key < b[j].key)) {
        found(at.member(a[i].key), &a[i].value, nullptr);
        ++i;
      } else if (i == a.size() || b[j].key < a[i].key) {
        found(at.member(b[j].key), nullptr, &b[j].value);
        ++j;
      } else {
        walk_difference(a[i].value, b[j].value, at.member(a[i].key), found);
        ++i;
        ++j;
      }
    }
    return;
  }
  bool lists = !opaque && before.is(ValueKind::kList) && after.is(ValueKind::kList) && before.length() == after.length();
  // The same elements in another order are one difference, not one for each place.
  if (lists && !same_elements(before, after)) {
    for (size_t i = 0; i < before.length(); ++i) {
      walk_difference(before.elements()[i], after.elements()[i], at.at(static_cast<uint32_t>(i)), found);
    }
    return;
  }
  found(at, &before, &after);
}

auto difference(const DiffInput& input) -> DiffResult {
  Compare compare{input, {}};
  for (const Attribute& attribute : input.type.attributes) compare.attribute(attribute);
  return std::move(compare.result);
}

namespace {

// What a pattern names in the values, each `[*]` taken for one element of a list or member of a map after another.
void each_path(const Value* desired, const Value* observed, const Path& pattern, size_t step, const Path& at,
               const std::function<void(const Path&)>& visit) {
  if (step == pattern.steps.size()) return visit(at);
  const PathStep& one = pattern.steps[step];
  auto below = [&](const PathStep& next) {
    Path single{{next}};
    each_path(desired == nullptr ? nullptr : weft::find(*desired, single), observed == nullptr ? nullptr : weft::find(*observed, single), pattern, step + 1,
              at / next, visit);
  };
  if (one.kind != PathStep::Kind::kEvery) return below(one);
  if (desired == nullptr) return;
  if (desired->is(ValueKind::kList)) {
    // An element that the world does not have is all ours.
    size_t both = observed != nullptr && observed->is(ValueKind::kList) ? std::min(desired->length(), observed->length()) : 0;
    for (size_t i = 0; i < both; ++i) below(PathStep{.kind = PathStep::Kind::kIndex, .index = static_cast<uint32_t>(i)});
  } else if (desired->is(ValueKind::kObject)) {
    for (const Field& field : desired->fields()) {
      if (observed != nullptr && observed->get(field.key) != nullptr) below(PathStep{.kind = PathStep::Kind::kMember, .name = field.key.str()});
    }
  }
}

}  // namespace

auto with_held(const Value& desired, const Value& observed, const std::vector<Path>& ignore) -> Value {
  Value held = desired;
  auto hold = [&](const Path& path) {
    const Value* live = weft::find(observed, path);
    // Of a secret that was not read there is a digest: nothing that could be sent.
    if (live != nullptr && state::holds_digest(*live)) return;
    if (live != nullptr) held = with(held, path, *live);
    else if (weft::find(held, path) != nullptr) held = without(held, path);
  };
  for (const Path& path : ignore) each_path(&desired, &observed, path, 0, {}, hold);
  return held;
}

auto holds_unread(const Value& desired, const Value& digested, const Value& observed, const std::vector<Path>& ignore) -> bool {
  bool unread = false;
  auto look = [&](const Path& path) {
    const Value* live = weft::find(observed, path);
    if (live == nullptr || !state::holds_digest(*live)) return;
    const Value* ours = weft::find(digested, path);
    unread = unread || ours == nullptr || *ours != *live;
  };
  for (const Path& path : ignore) each_path(&desired, &observed, path, 0, {}, look);
  return unread;
}

}  // namespace weft::plan
