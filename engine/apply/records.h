// How results become records: what was sent as digests, what was given sealed.
#pragma once

#include "engine/plan/planner.h"
#include "engine/state/state.h"
#include "lang/base/result.h"

namespace weft::apply {

struct NewRecord {
  const driver::TypeSchema& type;
  const state::Record* previous = nullptr;   // of the same object; null for a new one
  std::string address, provider, place;
  std::string uid;                           // of a new object: its operation id
  Value desired;                             // effective, with its secrets; null: nothing was sent (adopted)
  driver::Changed result;
  state::Status status = state::Status::kOk;
  std::vector<state::Dependency> dependencies;
  bool protect = false, retain = false, create_first = false;
  std::string replace_digest;
  std::vector<std::string> unverified;       // attributes of `desired` that were not sent: after an adoption nobody can read them
  uint64_t took_ms = 0;

  // How its declaration says that it is looked after; null: it is not declared.
  void look_after(const plan::Instance* instance);
};
// What a call in doubt was about, as the files declare it, whatever they call it by now; null: they do not.
[[nodiscard]] auto declared(const state::Intent& intent, const plan::Planner& planner) -> const plan::Instance*;
// Of the object that a call in doubt has made or changed, with what the files say of it by now.
[[nodiscard]] auto facts_of(const state::Intent& intent, const driver::TypeSchema& type, plan::Planner& planner) -> NewRecord;
// What that call has sent, if the files still say the same, else null: the next plan compares them with the world.
[[nodiscard]] auto sent_by(const state::Intent& intent, const plan::Instance& instance, state::Keyring& keyring) -> Result<Value>;
// Needs the keyring to be ready when anything in it is secret; makes it so.
[[nodiscard]] auto make_record(const NewRecord& facts, state::Keyring& keyring) -> Result<state::Record>;

// The record under another name: values sealed and digested anew. `desired` gives what was sent (null: unknown).
[[nodiscard]] auto renamed(const state::Record& record, const std::string& former, const Value& desired,
                           state::Keyring& keyring) -> Result<state::Record>;
// The record, renamed from `former` (its own address: it was not moved), of an object that is as it is wanted to be, though it
// was somebody else who made it so: `desired` counts as sent, but for what is still unverified, `observed` as what it became.
[[nodiscard]] auto as_it_is(const state::Record& record, const std::string& former, const driver::TypeSchema& type,
                            const Value& desired, const Value& observed, state::Keyring& keyring) -> Result<state::Record>;
// A record's further facts with the path that the provider refused to update; empty: it did not say which.
[[nodiscard]] auto with_needs_replace(const Value& extra, const Path& path) -> Value;
// Whether both records are of one object in the world.
[[nodiscard]] auto same_object(const state::Record& one, const state::Record& other) -> bool;
// The row of an object whose successor has been made, beside the successor's (`web#old-…`): there it awaits its removal.
[[nodiscard]] auto set_aside(const state::Record& old, state::Keyring& keyring) -> Result<state::Record>;
// What is written with a call that was found done: the row of a replacement that creates first makes room for its successor's.
[[nodiscard]] auto room_for(const state::Intent& intent, const std::optional<state::Record>& stored, const state::Record& made,
                            state::Keyring& keyring) -> Result<std::vector<state::OperationBody>>;
// Whether what was made or changed counts as ready only when it is seen to be: its type, `@wait` or `ensure` says when.
[[nodiscard]] auto is_awaited(const driver::TypeSchema& type, const plan::Instance* instance) -> bool;
// Values as they were: sealed ones opened and marked.
[[nodiscard]] auto unsealed(const state::Record& record, const Value& value, std::string_view attribute,
                            state::Keyring& keyring) -> Result<Value>;

}  // namespace weft::apply
