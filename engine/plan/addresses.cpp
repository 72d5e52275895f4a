// Addresses in the files: what `moved`, `forget` and `adopt` mean for the records.
#include <map>

#include "engine/addr/stars.h"
#include "engine/plan/planner_impl.h"

namespace weft::plan {

using check::Declaration;
using check::DeclarationKind;

namespace {

// As much of it as has no keys.
auto head_of(const check::AddressExpr& expr) -> std::string {
  std::string head;
  for (const auto& segment : expr.segments) {
    head += (head.empty() ? "" : ".") + segment.name;
    if (!segment.keys.empty() || segment.every) break;
  }
  return head;
}

// What an address with stars means, and what it is called on the other side. A star at both ends carries the keys over by
// itself, whatever they are; of any other the records tell which keys there are.
template <typename Records>
auto without_stars(const Records& records, std::string from, std::string to) -> std::map<std::string, std::string> {
  constexpr std::string_view kEvery = "[*]";
  if (from.ends_with(kEvery) && to.ends_with(kEvery)) {
    from.resize(from.size() - kEvery.size());
    to.resize(to.size() - kEvery.size());
  }
  if (from.find(kEvery) == std::string::npos) return {{from, to}};
  std::map<std::string, std::string> out;
  auto pattern = addr::parse_selector(from);
  auto target = addr::parse_selector(to);
  if (!pattern || !target) return out;
  for (const auto& [address, row] : records) {
    if (auto keys = addr::starred_keys(*pattern, address)) out.emplace(addr::with_keys(*pattern, *keys).text(), addr::with_keys(*target, *keys).text());
  }
  return out;
}

}  // namespace

auto Planner::Impl::address_of(uint32_t module, const check::AddressExpr& expr, std::vector<Value>& frame, bool& every)
    -> std::optional<std::string> {
  std::string text;
  every = false;
  for (const auto& segment : expr.segments) {
    addr::Segment part{.name = segment.name, .keys = {}};
    for (const auto& key : segment.keys) {
      Reads reads;
      auto value = evaluate(*key, module, frame, &reads);
      if (!value) return std::nullopt;
      if (value->has_unknown() || (!value->is(ValueKind::kString) && !value->is(ValueKind::kInt))) {
        Report(world.problems, expr.range, diags::MovedNeedsPlan, {segment.name});
        return std::nullopt;
      }
      part.keys.push_back(addr::key_of(*value));
    }
    text += (text.empty() ? "" : ".") + addr::Address{.segments = {std::move(part)}}.text() + (segment.every ? "[*]" : "");
    every = every || segment.every;
  }
  return modules[module].prefix + text;
}

void Planner::Impl::read_addresses(uint32_t module) {
  const check::Module& source_module = *modules[module].module;
  std::map<std::string, state::RunId> doubtful;
  for (const auto& intent : world.snapshot.open) doubtful.emplace(intent.address, intent.run);
  for (const Declaration& declaration : source_module.declarations) {
    bool mine = declaration.kind == DeclarationKind::kMoved || declaration.kind == DeclarationKind::kForget ||
                declaration.kind == DeclarationKind::kAdopt;
    if (!mine) continue;
    size_t before = world.problems.errors();
    bool unsure = false;
    auto frames = each_frame(module, declaration, [&](std::vector<Value>& frame) {
      bool every = false;
      auto from = address_of(module, declaration.from, frame, every);
      unsure = unsure || !from;
      if (!from) return;
      if (declaration.kind == DeclarationKind::kMoved) {
        bool every_to = false;
        auto to = address_of(module, declaration.to, frame, every_to);
        unsure = unsure || !to;
        if (!to) return;
        if (every) {
          auto all = without_stars(record_by_address, *from, *to);
          // Also of those that a call in doubt may have made.
          all.merge(without_stars(doubtful, *from, *to));
          for (const auto& [one, other] : all) move_records(one, other, declaration.range);
        } else {
          move_records(*from, *to, declaration.range);
        }
      } else if (declaration.kind == DeclarationKind::kForget) {
        auto all = every ? without_stars(record_by_address, *from, *from) : std::map<std::string, std::string>{{*from, *from}};
        for (const auto& [one, same] : all) forgotten[one] = source(declaration.range);
      } else {
        auto id = evaluate(*declaration.value, module, frame, nullptr);
        if (id && id->is(ValueKind::kString)) adopt_ids[*from] = id->as_text().str();
        else if (id && id->is_unknown()) Report(world.problems, declaration.range, diags::MovedNeedsPlan, {*from});
      }
    });
    if (declaration.kind == DeclarationKind::kAdopt) continue;
    auto head = modules[module].prefix + head_of(declaration.from);
    if (frames == Frames::kUnknown) untold.emplace(head, &declaration);
    unsure = unsure || (frames == Frames::kFailed && has_records_inside(head));
    if (unsure || world.problems.errors() != before) removal_unsure = true;
  }
}

void Planner::Impl::check_adopted() {
  if (options.destroy || world.problems.errors() > 0) return;
  for (uint32_t module = 0; module < modules.size(); ++module) {
    for (const Declaration& declaration : modules[module].module->declarations) {
      if (declaration.kind != DeclarationKind::kAdopt) continue;
      (void)each_frame(module, declaration, [&](std::vector<Value>& frame) {
        bool every = false;
        auto address = address_of(module, declaration.from, frame, every);
        if (!address || instance_by_address.contains(*address) || inside_deferred(*address)) return;
        auto gone = why_gone(*address);
        if (gone.switched_off) {
          Report(world.problems, declaration.range, diags::SwitchedOff, {*address, gone.why}).label("nothing is adopted");
          return;
        }
        Report(world.problems, declaration.range, diags::NoSuchAddress, {*address})
            .label("nothing is declared that could adopt it")
            .help("adopt takes the address of a resource, with its key where it has keys");
      });
    }
  }
}

void Planner::Impl::move_records(const std::string& from, const std::string& to, Range range) {
  moves[from] = to;
  std::vector<std::pair<std::string, uint32_t>> taken;
  for (auto it = record_by_address.lower_bound(from); it != record_by_address.end() && it->first.starts_with(from); ++it) {
    if (addr::is_inside(it->first, from)) taken.emplace_back(it->first, it->second);
  }
  for (const auto& [address, row] : taken) {
    auto target = to + address.substr(from.size());
    if (record_by_address.contains(target)) {
      Report(world.problems, range, diags::MovedTwice, {address, target});
      continue;
    }
    record_by_address.erase(address);
    record_by_address.emplace(target, row);
    if (moved_from[row].empty()) moved_from[row] = records[row].address;
    records[row].address = target;
  }
}

auto Planner::Impl::moved_to(std::string address, bool subtree) const -> std::string {
  // a → b → c, and no further than there are moves: they may go round in a circle.
  for (size_t i = 0; i < moves.size() && !(subtree ? has_records_inside(address) : record_by_address.contains(address)); ++i) {
    auto move = find_around(moves, address);
    if (move == moves.end()) break;
    address = move->second + address.substr(move->first.size());
  }
  return address;
}

auto Planner::moved_to(std::string address) const -> std::string { return impl_->moved_to(std::move(address), false); }

auto Planner::Impl::follow_moves(state::Record& record) -> bool {
  bool followed = false;
  for (auto& dependency : record.dependencies) {
    auto now = moved_to(dependency.address, dependency.subtree);
    if (now == dependency.address) continue;
    dependency.address = std::move(now);
    followed = true;
  }
  return followed;
}

}  // namespace weft::plan
