// What differs between two values, leaf by leaf.
#include <algorithm>
#include <array>
#include <map>

#include "engine/view/value_diff.h"

namespace weft::draw {

namespace {

using Kind = Leaf::Kind;

constexpr auto kKeyMembers = std::to_array<std::string_view>(
    {"name", "Name", "key", "Key", "Sid", "id", "Id", "ID", "mountPath", "containerPort", "path", "host"});

auto is_listlike(const Value& value) -> bool { return value.is(ValueKind::kList) || value.is(ValueKind::kSet); }

auto all_keys_differ(const Value& list, std::string_view member) -> bool {
  std::vector<std::string> seen;
  for (const Value& element : list.elements()) {
    const Value* key = element.get(member);
    if (key == nullptr || key->secret() || !(key->is(ValueKind::kString) || key->is(ValueKind::kInt))) return false;
    seen.push_back(*template_text(*key));
  }
  std::sort(seen.begin(), seen.end());
  return std::adjacent_find(seen.begin(), seen.end()) == seen.end();
}

class Walk {
 public:
  auto take() -> std::vector<Leaf> { return std::move(out_); }

  void values(const Path& path, const Value& a, const Value& b) {
    if (a.secret() || b.secret()) {
      add(Kind::kChange, path, a, b);
      return;
    }
    if (a == b) return;
    if (a.is(ValueKind::kObject) && b.is(ValueKind::kObject)) objects(path, a, b);
    else if (a.is(ValueKind::kList) && b.is(ValueKind::kList)) lists(path, a, b);
    else if (is_listlike(a) && is_listlike(b)) came_and_went(path, a, b);
    else add(Kind::kChange, path, a, b);
  }

  void add(Kind kind, Path path, Value before, Value after) {
    out_.push_back({kind, std::move(path), std::move(before), std::move(after)});
  }

 private:
  void objects(const Path& path, const Value& a, const Value& b) {
    auto old = a.fields(), now = b.fields();
    size_t i = 0, j = 0;
    while (i < old.size() || j < now.size()) {
      if (j == now.size() || (i < old.size() && old[i].key < now[j].key)) {
        add(Kind::kGone, path.member(old[i].key), old[i].value, {});
        ++i;
      } else if (i == old.size() || now[j].key < old[i].key) {
        add(Kind::kNew, path.member(now[j].key), {}, now[j].value);
        ++j;
      } else {
        values(path.member(old[i].key), old[i].value, now[j].value);
        ++i;
        ++j;
      }
    }
  }

  void lists(const Path& path, const Value& a, const Value& b) {
    auto key = key_member(a);
    if (key && key == key_member(b)) {
      keyed(path, a, b, *key);
      return;
    }
    if (a.length() != b.length()) {
      came_and_went(path, a, b);
      return;
    }
    if (same_elements(a, b)) {
      add(Kind::kOrder, path, a, b);
      return;
    }
    for (size_t i = 0; i < a.length(); ++i) {
      values(path.at(static_cast<uint32_t>(i)), a.elements()[i], b.elements()[i]);
    }
  }

  void keyed(const Path& path, const Value& a, const Value& b, const std::string& member) {
    auto by_key = [&](const Value& list) {
      std::map<std::string, const Value*> rows;
      for (const Value& element : list.elements()) rows[*template_text(*element.get(member))] = &element;
      return rows;
    };
    auto at = [&](const std::string& key) {
      return path / PathStep{.kind = PathStep::Kind::kKeyed, .name = member, .index = 0, .value = key};
    };
    auto old = by_key(a), now = by_key(b);
    size_t before = out_.size();
    for (const auto& [key, value] : old) {
      auto other = now.find(key);
      if (other == now.end()) add(Kind::kGone, at(key), *value, {});
      else values(at(key), *value, *other->second);
    }
    for (const auto& [key, value] : now) {
      if (!old.contains(key)) add(Kind::kNew, at(key), {}, *value);
    }
    if (out_.size() == before) add(Kind::kOrder, path, a, b);
  }

  static auto sorted(const Value& list) -> std::vector<const Value*> {
    std::vector<const Value*> rows;
    for (const Value& element : list.elements()) rows.push_back(&element);
    std::sort(rows.begin(), rows.end(), [](auto* x, auto* y) { return canonical_less(*x, *y); });
    return rows;
  }

  static auto same_elements(const Value& a, const Value& b) -> bool {
    auto x = sorted(a), y = sorted(b);
    return std::equal(x.begin(), x.end(), y.begin(), y.end(), [](auto* p, auto* q) { return *p == *q; });
  }

  void came_and_went(const Path& path, const Value& a, const Value& b) {
    auto old = sorted(a), now = sorted(b);
    auto less = [](const Value* x, const Value* y) { return canonical_less(*x, *y); };
    std::vector<const Value*> came, went;
    std::set_difference(now.begin(), now.end(), old.begin(), old.end(), std::back_inserter(came), less);
    std::set_difference(old.begin(), old.end(), now.begin(), now.end(), std::back_inserter(went), less);
    for (const Value* value : came) add(Kind::kAdd, path, {}, *value);
    for (const Value* value : went) add(Kind::kRemove, path, *value, {});
    if (came.empty() && went.empty()) add(Kind::kOrder, path, a, b);
  }

  std::vector<Leaf> out_;
};

}  // namespace

auto key_member(const Value& list) -> std::optional<std::string> {
  if (!list.is(ValueKind::kList) || list.length() == 0) return std::nullopt;
  for (std::string_view member : kKeyMembers) {
    if (all_keys_differ(list, member)) return std::string(member);
  }
  return std::nullopt;
}

auto keyed_path(const Path& path, const Value* before, const Value* after) -> Path {
  Path out, walked;
  for (const PathStep& step : path.steps) {
    PathStep shown = step;
    if (step.kind == PathStep::Kind::kIndex) {
      for (const Value* root : {after, before}) {
        const Value* list = root == nullptr ? nullptr : find(*root, walked);
        auto key = list == nullptr ? std::nullopt : key_member(*list);
        if (!key || step.index >= list->length()) continue;
        shown = PathStep{.kind = PathStep::Kind::kKeyed, .name = *key, .index = 0,
                         .value = *template_text(*list->elements()[step.index].get(*key))};
        break;
      }
    }
    out.steps.push_back(std::move(shown));
    walked.steps.push_back(step);
  }
  return out;
}

auto leaves_of(const Path& path, const std::optional<Value>& before, const std::optional<Value>& after) -> std::vector<Leaf> {
  Walk walk;
  if (before && after) walk.values(path, *before, *after);
  else if (after) walk.add(Kind::kNew, path, {}, *after);
  else if (before) walk.add(Kind::kGone, path, *before, {});
  return walk.take();
}

}  // namespace weft::draw
