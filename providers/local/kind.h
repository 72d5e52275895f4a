// One type of this room: its schema and its calls, one item at a time. The session of kinds.cpp turns batches into these.
// A kind has no state of its own; `step`, `item` and `call` are the caller's copies and live as long as the task.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "providers/api/driver.h"

namespace weft::local {

using driver::Call;
using driver::Candidate;
using driver::Change;
using driver::Changed;
using driver::ChangeResult;
using driver::DriverFailure;
using driver::FailureClass;
using driver::Find;
using driver::Found;
using driver::Happened;
using driver::Instance;
using driver::Planned;
using driver::Prepare;
using driver::Prepared;
using driver::ReadState;
using driver::Remains;
using driver::Settle;
using driver::Settled;
using driver::Step;
using driver::TypeSchema;
using driver::Verdict;

using FindResult = std::expected<std::vector<Found>, DriverFailure>;

class Kind {
 public:
  virtual ~Kind() = default;
  // Asked once.
  [[nodiscard]] virtual auto schema() const -> TypeSchema = 0;
  // Pure. `out` is what the contract's default makes of `item`: to be corrected, judged and classified.
  virtual void prepare(const Prepare& item, Prepared& out) const;
  // Pure; `folder` is the fabric's. The default has no key.
  [[nodiscard]] virtual auto standing(std::string_view folder, const driver::Identity& identity) const -> driver::Standing;
  virtual auto read(Call call, Instance item) const -> Task<ReadState> = 0;
  virtual auto plan(Call call, Candidate item) const -> Task<Planned>;
  virtual auto change(Call call, Step step) const -> Task<ChangeResult> = 0;
  virtual auto settle(Call call, Settle item) const -> Task<Settled> = 0;
  virtual auto find(Call call, Find selector) const -> Task<FindResult>;
};

// The state is the only place where the value lives: read from the record, removed with it, nothing to settle.
class RecordedKind : public Kind {
 public:
  auto read(Call call, Instance item) const -> Task<ReadState> override;
  auto change(Call call, Step step) const -> Task<ChangeResult> override;
  auto settle(Call call, Settle item) const -> Task<Settled> override;

 protected:
  // Makes the value for a create, or what becomes of it in an update.
  virtual auto make(Call call, Step step) const -> Task<ChangeResult> = 0;
};

[[nodiscard]] auto make_data() -> std::unique_ptr<Kind>;
[[nodiscard]] auto make_random_id() -> std::unique_ptr<Kind>;
[[nodiscard]] auto make_random_pet() -> std::unique_ptr<Kind>;
[[nodiscard]] auto make_random_password() -> std::unique_ptr<Kind>;
[[nodiscard]] auto make_file() -> std::unique_ptr<Kind>;
[[nodiscard]] auto make_directory() -> std::unique_ptr<Kind>;
[[nodiscard]] auto make_archive() -> std::unique_ptr<Kind>;
[[nodiscard]] auto make_key() -> std::unique_ptr<Kind>;
[[nodiscard]] auto make_certificate() -> std::unique_ptr<Kind>;
[[nodiscard]] auto make_command() -> std::unique_ptr<Kind>;
[[nodiscard]] auto make_env() -> std::unique_ptr<Kind>;
[[nodiscard]] auto make_rotating() -> std::unique_ptr<Kind>;

[[nodiscard]] auto make_driver(std::string_view name, std::vector<std::unique_ptr<Kind>> kinds)
    -> std::unique_ptr<driver::Driver>;

}  // namespace weft::local
