// Records, history and outputs of the state as people read them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/state/state.h"
#include "engine/view/look.h"

namespace weft::draw {

// `history` tells when a version was written: by the run that began then.
[[nodiscard]] auto state_list_text(const std::vector<state::Record>& records, const std::vector<state::HistoryEntry>& history,
                                   const Look& look) -> std::string;

struct ShownRecord {
  const state::Record* record = nullptr;
  size_t earlier_versions = 0;
  std::vector<std::string> used_by;
  std::string declared;                     // "network.fabric:31"; empty: not looked up
  std::map<std::string, std::string> from;  // attribute → what it is written as: "subnet[a].SubnetId"
};
[[nodiscard]] auto state_show_text(const ShownRecord& shown, bool reveal, const Look& look) -> std::string;
[[nodiscard]] auto history_text(const std::vector<state::HistoryEntry>& entries, const Look& look) -> std::string;
// "db.main", "nat[us-east-2c]": what the state says of its identity, as one text.
[[nodiscard]] auto identity_text(const Value& identity) -> std::string;

// ---- members of the events `record` and `transaction`
[[nodiscard]] auto record_members(const state::Record& record, bool reveal) -> std::string;
[[nodiscard]] auto transaction_members(const state::HistoryEntry& entry) -> std::string;

// `NAME = value` lines; secrets as (secret) unless revealed.
[[nodiscard]] auto outputs_text(const std::vector<std::pair<std::string, Value>>& outputs, const Look& look) -> std::string;

}  // namespace weft::draw
