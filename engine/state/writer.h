// The Writer of state.h over the committer.
#pragma once

#include <memory>
#include <string>

#include "engine/state/core.h"

namespace weft::state {

class LocalWriter : public Writer {
 public:
  // Takes runs/<id>.lock; writes nothing yet.
  [[nodiscard]] static auto begin(std::shared_ptr<Core> core, const BeginRun& run, const Clock& clock, const Environment& variables,
                                  std::string fabric_name) -> Result<std::unique_ptr<LocalWriter>>;
  ~LocalWriter() override;

  [[nodiscard]] auto run() const -> const RunId& override { return run_->id; }
  [[nodiscard]] auto lock_fd() const -> int override { return lock_.fd(); }
  [[nodiscard]] auto fabric_id() -> Result<std::string> override;
  [[nodiscard]] auto claim(std::vector<ClaimItem> items, std::vector<Pin> pins) -> Result<Claimed> override;
  [[nodiscard]] auto wait_for(std::vector<ClaimItem> items, std::chrono::milliseconds patience) -> Result<bool> override;
  void submit(std::vector<OperationBody> operations, std::function<void(Result<Appended>)> done) override;
  void on_ready(std::function<void()> notify) override;
  auto poll() -> size_t override;
  [[nodiscard]] auto append(std::vector<OperationBody> operations) -> Result<Appended> override;
  [[nodiscard]] auto end(EndRun end, std::vector<OperationBody> outputs, uint64_t looked_at) -> Result<Appended> override;
  [[nodiscard]] auto refused() const -> std::optional<Failure> override;

  [[nodiscard]] auto shared_run() const -> const std::shared_ptr<RunCore>& { return run_; }

 private:
  LocalWriter(std::shared_ptr<Core> core, std::shared_ptr<RunCore> run, LockFile lock, Environment variables, std::string fabric_name)
      : core_(std::move(core)), run_(std::move(run)), lock_(std::move(lock)), variables_(std::move(variables)), fabric_name_(std::move(fabric_name)) {}

  void drain();
  [[nodiscard]] auto is_alive(const RunId& run) const -> bool;
  [[nodiscard]] auto fill_holders(const Rows& rows, std::vector<Holder>& holders) const -> Result<void>;
  // Outputs that do not fit beside the end go before it, under a claim of their own.
  [[nodiscard]] auto put_outputs(std::vector<OperationBody>& outputs) -> Result<void>;

  std::shared_ptr<Core> core_;
  std::shared_ptr<RunCore> run_;
  LockFile lock_;
  Environment variables_;
  std::string fabric_name_;  // empty: not known
  bool ended_ = false;
};

}  // namespace weft::state
