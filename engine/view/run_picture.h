// What is known of a run while it goes on, gathered from its events; the live region and the log lines are drawn from
// it. Time is handed in (milliseconds of any steady clock), nothing is read here.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/event/event.h"
#include "engine/plan/plan.h"
#include "engine/view/page.h"

namespace weft::draw {

class RunPicture {
 public:
  // Who waits for whom: events alone do not tell. May be called before each stage.
  void know(const plan::Plan& plan);
  void on(const event::Event& event, uint64_t now_ms);

  // ---- the live region: at most `most` lines, each cut to the width; empty when there is nothing to show
  [[nodiscard]] auto live(uint64_t now_ms, const Look& look, size_t most) const -> std::vector<Line>;
  // Lines that stay above the region: what has ended since the last call, alike steps together.
  [[nodiscard]] auto ended(const Look& look) -> std::vector<Row>;

  // ---- log lines: "00:01 created     vpc (aws.ec2.VPC vpc-1) in 1.2s"
  [[nodiscard]] auto log_lines(const Look& look) -> std::vector<Row>;
  // What still runs, at 30s, 1m, 2m, 4m, then every 5m; nothing in between.
  [[nodiscard]] auto still_running(uint64_t now_ms) -> std::optional<std::string>;
  // When still_running() should be asked next, from the run's start.
  [[nodiscard]] auto next_report_ms() const -> uint64_t { return next_report_; }

  [[nodiscard]] auto begun() const -> bool { return begun_.has_value(); }
  [[nodiscard]] auto busy() const -> bool { return !running_.empty() || !doing_.empty(); }

 private:
  struct Running {
    std::string address, type, action, part, status, phase, identity;
    std::optional<event::Usual> usual;
    uint64_t began = 0, part_began = 0, done = 0, total = 0;
    bool settling = false, second_part = false;
  };
  struct Ended {
    event::StepMoved fact;
    uint64_t at = 0;             // of the run
  };
  struct Group {
    std::vector<const Ended*> members;
  };
  struct Note {
    Row row;
    size_t after = 0;            // how many of `ended_` stand before it
  };
  [[nodiscard]] auto groups(size_t from, size_t to) const -> std::vector<Group>;
  void log_ended(size_t from, size_t to, std::vector<Row>& rows) const;
  [[nodiscard]] auto rate_line(const event::EndpointRate& rate) const -> std::string;
  [[nodiscard]] auto header(uint64_t now_ms, const Look& look) const -> Line;
  [[nodiscard]] auto status_of(const Running& step, uint64_t now_ms) const -> std::string;
  // Longer than usual here.
  [[nodiscard]] static auto is_slow(const Running& step, uint64_t now_ms) -> bool;
  // As far as its provider measures how far it is; 0: that is not known.
  [[nodiscard]] static auto left_of(const Running& step, uint64_t now_ms) -> uint64_t;
  [[nodiscard]] auto waiting_lines() const -> std::vector<std::string>;
  [[nodiscard]] auto since(uint64_t now_ms) const -> uint64_t;
  void note(uint64_t at, std::string_view word, std::string text);
  [[nodiscard]] auto counts_of_done() const -> std::string;

  std::optional<uint64_t> begun_;
  bool announced_ = false;
  std::string verb_ = "apply";
  std::map<std::string, uint64_t> done_of_;                // done steps by the word of their action
  uint64_t state_ = 0;                                     // version before it
  uint64_t steps_ = 0, done_ = 0, failed_ = 0, skipped_ = 0, open_ = 0;
  std::map<uint32_t, Running> running_;
  std::map<std::string, std::vector<std::string>> waits_;  // address → those that it waits for
  std::map<std::string, bool> ended_addresses_;
  std::map<std::string, event::EndpointRate> rates_;       // throttled now
  std::vector<Ended> ended_;
  std::vector<Note> notes_;                                // other lines for the log
  std::optional<Row> opening_;                             // the live view's first line; a log has it as a note
  std::vector<Row> said_;                                  // sentences for live view and log alike
  uint64_t doubts_ = 0, settled_ = 0, unsettled_ = 0, doubts_began_ = 0;
  std::string doing_;                                      // before the run: "reading resources"
  uint64_t doing_began_ = 0, doing_done_ = 0, doing_total_ = 0;
  bool stopping_ = false, stopping_hard_ = false;
  uint64_t next_report_ = 30'000;
};

// "failed      nat[…]  aws.ec2.NatGateway  create, after 41s" and what is known of the fault, as when it happens.
[[nodiscard]] auto failure_rows(const event::StepError& error, uint32_t indent) -> std::vector<Row>;
// What its driver has to say of a step, each with `warning:` before it.
[[nodiscard]] auto warning_rows(const std::vector<std::string>& warnings, uint32_t indent) -> std::vector<Row>;
// "subnet" of "subnet[us-east-2c]".
[[nodiscard]] auto base_name(std::string_view address) -> std::string;

}  // namespace weft::draw
