// How a run goes, on stderr: the live view (redraws its own few lines and nothing else), log lines, or nothing; and all
// of it as JSON lines. Hears every event of the engine.
#pragma once

#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "engine/cli/json_log.h"
#include "engine/cli/stream.h"
#include "engine/event/event.h"
#include "engine/view/look.h"
#include "engine/view/run_picture.h"
#include "lang/os/loop.h"
#include "lang/os/terminal.h"

namespace weft::cli {

class ProgressView : public event::Listener {
 public:
  ProgressView(Loop& loop, Stream& err, JsonLog& log, draw::Look look, Progress kind);

  void on(const event::Event& event) override;
  // Who waits for whom, before a stage begins.
  void know(const plan::Plan& plan) { picture_.know(plan); }
  // A run writes: what it has begun is told, whatever stops it.
  [[nodiscard]] auto has_run() const -> bool { return has_run_; }
  // Steps whose calls are on the way.
  [[nodiscard]] auto running() const -> size_t { return running_.size(); }
  // The region goes; what has ended stays. Before anything else is written to the terminal.
  void clear();
  // Nothing is drawn from now on, for a question stands on the terminal; or it is answered.
  void hold(bool still);
  // Text on stderr while the run goes on: above the region.
  void above(std::string_view text);

 private:
  void paint();
  void soon();
  void plain();

  Loop& loop_;
  Stream& err_;
  JsonLog& log_;
  const draw::Look look_;
  const Progress kind_;
  draw::RunPicture picture_;
  size_t region_ = 0;               // lines of it on the screen
  std::chrono::nanoseconds painted_{0};
  Subscription timer_;
  bool waiting_ = false;            // a repaint is due
  bool has_run_ = false;
  bool held_ = false;
  std::set<uint32_t> running_;
};

}  // namespace weft::cli
