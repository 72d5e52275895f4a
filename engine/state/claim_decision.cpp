#include <algorithm>
#include <map>
#include <set>

#include "engine/addr/address.h"
#include "engine/state/claims.h"

namespace weft::state {
namespace {

// The items by name, so that a hundred thousand of them are asked for one address by a few look-ups.
class Asked {
 public:
  void add(ClaimItem item) {
    auto name = std::string(claim_name(item.address));
    auto [at, fresh] = items_.try_emplace(std::move(name), item);
    if (!fresh) {
      at->second.subtree = at->second.subtree || item.subtree;
      at->second.write = at->second.write || item.write;
    }
    at->second.address = at->first;
  }

  [[nodiscard]] auto covers(std::string_view address, bool for_writing) const -> bool {
    auto name = claim_name(address);
    auto fits = [&](std::string_view asked, bool subtree) {
      auto at = items_.find(asked);
      return at != items_.end() && (!subtree || at->second.subtree) && (!for_writing || at->second.write);
    };
    if (fits(name, false)) return true;
    auto outer = addr::enclosing(name);
    return std::any_of(outer.begin(), outer.end(), [&](std::string_view one) { return fits(one, true); });
  }

  // Whether something inside of it is asked for, to be written: a member of a collection.
  [[nodiscard]] auto writes_inside(std::string_view address) const -> bool {
    auto name = std::string(claim_name(address));
    for (char separator : std::string_view("#.[")) {
      auto prefix = name + separator;
      for (auto at = items_.lower_bound(prefix); at != items_.end() && at->first.starts_with(prefix); ++at) {
        if (at->second.write) return true;
      }
    }
    return false;
  }

  [[nodiscard]] auto all() const -> std::vector<ClaimItem> {
    std::vector<ClaimItem> out;
    out.reserve(items_.size());
    for (const auto& [name, item] : items_) out.push_back(item);
    return out;
  }

 private:
  std::map<std::string, ClaimItem, std::less<>> items_;
};

// The items in order, so that what somebody waits for finds the first that it excludes by a few look-ups, and not by
// asking each of them.
class InOrder {
 public:
  explicit InOrder(const std::vector<ClaimItem>& items) : items_(items), next_write_(items.size() + 1, items.size()) {
    for (size_t i = items.size(); i-- > 0;) next_write_[i] = items[i].write ? i : next_write_[i + 1];
  }

  // The position of the first that overlaps with `theirs`, one of both writing; their number: none does.
  [[nodiscard]] auto first_rival(const ClaimItem& theirs) const -> size_t {
    size_t first = items_.size();
    auto look_at = [&](size_t at) {
      if (theirs.write || items_[at].write) first = std::min(first, at);
    };
    if (size_t at = from(theirs.address); is_at(at, theirs.address)) look_at(at);
    for (auto outer : addr::enclosing(theirs.address)) {
      if (size_t at = from(outer); is_at(at, outer) && items_[at].subtree) look_at(at);
    }
    if (!theirs.subtree) return first;
    for (char separator : std::string_view("#.[")) {
      auto prefix = theirs.address + separator;
      size_t at = from(prefix);
      if (!theirs.write) at = next_write_[at];
      if (at < items_.size() && items_[at].address.starts_with(prefix)) first = std::min(first, at);
    }
    return first;
  }

 private:
  [[nodiscard]] auto from(std::string_view address) const -> size_t {
    auto at = std::ranges::lower_bound(items_, address, {}, [](const ClaimItem& item) { return std::string_view(item.address); });
    return static_cast<size_t>(at - items_.begin());
  }
  [[nodiscard]] auto is_at(size_t at, std::string_view address) const -> bool { return at < items_.size() && items_[at].address == address; }

  const std::vector<ClaimItem>& items_;
  std::vector<size_t> next_write_;  // by position: of the first from there on that writes
};

class Life {
 public:
  Life(const Rows& rows, const Wanted& wanted) : rows_(rows), wanted_(wanted) {}
  // A run that has ended or was fenced may have left intents; one whose process is gone holds nothing either.
  auto of(const RunId& run) -> Result<bool> {
    if (auto at = known_.find(run); at != known_.end()) return at->second;
    TRY(row, load_run(rows_, run));
    bool alive = row && row->live() && wanted_.alive(run);
    known_.emplace(run, alive);
    return alive;
  }

 private:
  const Rows& rows_;
  const Wanted& wanted_;
  std::map<RunId, bool> known_;
};

auto open_intents(const Rows& rows) -> Result<std::vector<Intent>> {
  std::vector<Intent> out;
  Result<void> result;
  rows.scan(Table::kOpen, {}, [&](std::string_view, std::string_view bytes) {
    auto intent = intent_row(bytes);
    if (intent) {
      out.push_back(std::move(*intent));
    } else {
      result = std::unexpected(intent.error());
    }
    return result.has_value();
  });
  if (!result) return std::unexpected(result.error());
  return out;
}

auto moved_pins(const Rows& rows, const std::vector<Writer::Pin>& pins) -> Result<std::vector<std::pair<std::string, uint64_t>>> {
  std::vector<std::pair<std::string, uint64_t>> moved;
  for (const auto& pin : pins) {
    TRY(record, load_record(rows, pin.address));
    uint64_t version = record ? record->version : 0;
    if (version != pin.version) moved.emplace_back(pin.address, version);
  }
  return moved;
}

// Whoever touches an address in doubt, or writes what a call in doubt relies on, takes that address for writing and
// settles the doubt. An address so drawn in may be what yet another doubtful call relies on.
auto draw_in_doubts(const Rows& rows, Life& life, const Wanted& wanted, Asked& asked, std::vector<Intent>& beside) -> Result<std::vector<Intent>> {
  std::vector<Intent> in_doubt;
  TRY(left, open_intents(rows));
  for (bool grown = true; grown;) {
    grown = false;
    for (auto& intent : left) {
      if (intent.operation.empty() || intent.run == wanted.run) continue;
      bool inside = asked.covers(intent.address, false);
      bool beneath = std::any_of(intent.reads.begin(), intent.reads.end(), [&](const std::string& read) { return asked.covers(read, true) || asked.writes_inside(read); });
      if (!inside && !beneath) continue;
      TRY(alive, life.of(intent.run));
      if (alive) continue;  // its claims stand in the way by themselves
      asked.add({.address = intent.address});
      if (!inside) beside.push_back(intent);
      in_doubt.push_back(std::move(intent));
      intent.operation.clear();
      grown = true;
    }
  }
  return in_doubt;
}

// Holders of claims, and those with an older ticket, that live; the dead are noted to be fenced.
auto find_holders(const Rows& rows, Life& life, const Wanted& wanted, const std::vector<ClaimItem>& items, std::set<RunId>& dead) -> Result<std::vector<Holder>> {
  std::vector<Holder> holders;
  auto stands = [&](const ClaimItem& item, const RunId& run) -> Result<void> {
    TRY(alive, life.of(run));
    bool told = !holders.empty() && holders.back().address == item.address && holders.back().run.id == run;
    if (!alive) {
      dead.insert(run);
    } else if (!told) {
      holders.push_back({.address = item.address, .run = {.id = run}});
    }
    return {};
  };
  for (const auto& item : items) {
    Result<void> result;
    TRY_VOID(visit_rivals(rows, wanted.run, item, [&](const ClaimRow& row) {
      result = stands(item, row.run);
      return result.has_value();
    }));
    TRY_VOID(result);
  }
  std::vector<TicketRow> tickets;
  Result<void> result;
  rows.scan(Table::kTicket, {}, [&](std::string_view key, std::string_view bytes) {
    if (wanted.ticket != 0 && key >= version_key("", wanted.ticket).substr(1)) return false;
    auto ticket = ticket_row(bytes);
    if (ticket) {
      tickets.push_back(std::move(*ticket));
    } else {
      result = std::unexpected(ticket.error());
    }
    return result.has_value();
  });
  TRY_VOID(result);
  InOrder in_order(items);
  for (const auto& ticket : tickets) {
    if (ticket.run == wanted.run) continue;
    size_t first = items.size();
    for (const auto& theirs : ticket.items) first = std::min(first, in_order.first_rival(theirs));
    if (first < items.size()) TRY_VOID(stands(items[first], ticket.run));
  }
  return holders;
}

}  // namespace

auto decide_claim(const Rows& rows, const Wanted& wanted) -> Result<Decision> {
  Decision decision;
  TRY(moved, moved_pins(rows, wanted.pins));
  decision.answer.moved = std::move(moved);
  if (!decision.answer.moved.empty()) return decision;
  Asked asked;
  for (const auto& item : wanted.items) asked.add(item);
  Life life(rows, wanted);
  std::vector<Intent> beside;
  TRY(in_doubt, draw_in_doubts(rows, life, wanted, asked, beside));
  decision.items = asked.all();
  std::set<RunId> dead;
  TRY(holders, find_holders(rows, life, wanted, decision.items, dead));
  for (const auto& intent : in_doubt) {
    TRY(row, load_run(rows, intent.run));
    if (row && row->live()) dead.insert(intent.run);
  }
  decision.answer.granted = holders.empty();
  decision.answer.holders = std::move(holders);
  decision.answer.in_doubt = std::move(in_doubt);
  if (!decision.answer.granted) decision.answer.blocked = std::move(beside);
  decision.dead.assign(dead.begin(), dead.end());
  return decision;
}

}  // namespace weft::state
