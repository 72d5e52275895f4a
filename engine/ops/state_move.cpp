// weft state mv: records under another name, in one transaction as long as it takes them. A collection or module moves with
// all that is in it; broken off between two transactions, the same command moves the rest.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "engine/addr/address.h"
#include "engine/addr/written.h"
#include "engine/apply/records.h"
#include "engine/ops/own_turn.h"
#include "engine/ops/workspace.h"

namespace weft::ops {

namespace {

auto stands_in(const std::string& address, const std::string& outer) -> bool {
  auto around = addr::enclosing(address);
  return std::find(around.begin(), around.end(), outer) != around.end();
}

struct Renaming {
  std::string from, to;

  // The address under its new name; the address itself when it is not concerned.
  [[nodiscard]] auto of(const std::string& address) const -> std::string {
    // `web` to `web[a]`: what is called so already has been moved.
    if (address == to || stands_in(address, to)) return address;
    if (address == from) return to;
    return stands_in(address, from) ? to + address.substr(from.size()) : address;
  }
};

auto with_new_names(std::vector<state::Dependency> dependencies, const Renaming& renaming) -> std::vector<state::Dependency> {
  for (auto& one : dependencies) one.address = renaming.of(one.address);
  return dependencies;
}

struct Moves {
  std::vector<std::vector<state::OperationBody>> units;  // a record each
  std::vector<state::ClaimItem> items;
  std::vector<state::Writer::Pin> pins;
  std::vector<std::string> addresses;
};

// Every record that moves, and those that name one of them as what they depend on.
auto moves_of(const state::Snapshot& snapshot, const Renaming& renaming, state::Keyring& keyring) -> Result<Moves> {
  Moves moves;
  std::map<std::string, uint64_t> versions;
  for (const auto& record : snapshot.records) versions[record.address] = record.version;
  for (const auto& record : snapshot.records) {
    std::string now = renaming.of(record.address);
    auto dependencies = with_new_names(record.dependencies, renaming);
    bool moves_itself = now != record.address;
    if (!moves_itself && dependencies == record.dependencies) continue;
    if (moves_itself && versions.contains(now)) {
      return fail(Code::kExists, fmt::format("there is a record called {} already", now), "forget it first, or choose another name");
    }
    if (moves_itself && state::holds_digest(record.applied)) {
      return fail(Code::kInvalid, fmt::format("{} was sent secrets, and their digests hold for its name only", record.address),
                  fmt::format("`moved {} to {}` in the files makes them anew, with the secrets at hand", addr::written(renaming.from), addr::written(renaming.to)));
    }
    state::Record next = record;
    next.address = now;
    TRY(renamed, apply::renamed(next, record.address, Value(), keyring));
    renamed.dependencies = std::move(dependencies);
    moves.items.push_back({.address = record.address});
    moves.pins.push_back({record.address, record.version});
    auto& operations = moves.units.emplace_back();
    if (moves_itself) {
      moves.items.push_back({.address = now});
      moves.pins.push_back({now, 0});
      operations.push_back(state::Delete{record.address});
      moves.addresses.push_back(fmt::format("{} → {}", record.address, now));
    }
    operations.push_back(state::Put{std::move(renamed)});
  }
  if (moves.addresses.empty()) {
    return fail(Code::kNotFound, fmt::format("no record is called `{}`", renaming.from), "weft state list shows all");
  }
  return moves;
}

}  // namespace

auto state_move(World& world, const std::string& environment, const std::string& from, const std::string& to) -> ChangedState {
  ChangedState result;
  auto refuse = [&](Failure failure) -> ChangedState& {
    result.failure = std::move(failure);
    return result;
  };
  auto old_name = addr::parse_address(from);
  if (!old_name) return refuse(old_name.error());
  auto new_name = addr::parse_address(to);
  if (!new_name) return refuse(new_name.error());
  // A key may be given: `web` to `web[a]`, `network` to `network[a]`; not to what has keys already.
  bool gets_key = new_name->segments.size() == old_name->segments.size();
  if (new_name->inside(*old_name) && !gets_key) return refuse({Code::kInvalid, fmt::format("{} is inside {}", to, from)});
  auto state = open_state_only(world, environment, true);
  if (!state) return refuse(state.error());
  auto snapshot = (*state)->snapshot();
  if (!snapshot) return refuse(snapshot.error());
  result.state_before = result.state_after = snapshot->tail.seq;
  if (new_name->inside(*old_name)) {
    for (const auto& record : snapshot->records) {
      bool has_key = record.address.starts_with(old_name->text() + "[") && record.address != new_name->text() && !stands_in(record.address, new_name->text());
      if (has_key) return refuse({Code::kInvalid, fmt::format("{} is inside {}, which has {} already", to, from, record.address), "move that one"});
    }
  }
  auto moves = moves_of(*snapshot, {old_name->text(), new_name->text()}, (*state)->keyring());
  if (!moves) return refuse(moves.error());
  auto writer = begin_writing(world, **state, state::BeginRun{.verb = "state mv", .owner = world.owner, .host = world.host, .command = world.command});
  if (!writer) return refuse(writer.error());
  auto claimed = (*writer)->claim(moves->items, moves->pins);
  if (!claimed) return refuse(claimed.error());
  if (!claimed->granted) {
    result.holders = claimed->holders;
    return refuse({Code::kConflict, claimed->holders.empty() ? "records have changed meanwhile" : "records are claimed by another run"});
  }
  if (!claimed->in_doubt.empty()) {
    (void)(*writer)->end({.outcome = "refused", .summary = "state mv: in doubt"}, {});
    return refuse({Code::kConflict, fmt::format("a call on {} is in doubt", claimed->in_doubt.front().address), "settle it first:  weft recover"});
  }
  auto landed = append_units(**writer, std::move(moves->units));
  if (!landed) return refuse(landed.error());
  auto ended = end_changed(**writer, landed->seq, fmt::format("state mv {} {}", from, to));
  if (!ended) return refuse(ended.error());
  result.addresses = std::move(moves->addresses);
  result.state_after = *ended;
  return result;
}

}  // namespace weft::ops
