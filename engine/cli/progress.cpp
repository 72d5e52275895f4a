#include "engine/cli/progress.h"

#include <algorithm>

#include <fmt/format.h>

#include "engine/view/page.h"

namespace weft::cli {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kRepaint{100};   // at most ten a second
constexpr milliseconds kTick{1000};     // elapsed times count seconds
constexpr milliseconds kFirst{500};     // after so long what is waited for is shown
constexpr size_t kMostLines = 14;

auto now_ms() -> uint64_t {
  return static_cast<uint64_t>(std::chrono::duration_cast<milliseconds>(Loop::now()).count());
}

auto text_of(const std::vector<draw::Row>& rows, const draw::Look& look) -> std::string {
  draw::Page page(look);
  page.block(rows);
  return page.text();
}

}  // namespace

ProgressView::ProgressView(Loop& loop, Stream& err, JsonLog& log, draw::Look look, Progress kind)
    : loop_(loop), err_(err), log_(log), look_(std::move(look)), kind_(kind) {}

void ProgressView::on(const event::Event& event) {
  log_.event(event);
  has_run_ = has_run_ || std::holds_alternative<event::RunStarted>(event.fact) || std::holds_alternative<event::IntentSettled>(event.fact);
  if (const auto* moved = std::get_if<event::StepMoved>(&event.fact)) {
    if (moved->to == event::StepState::kRunning || moved->to == event::StepState::kSettling) running_.insert(moved->step);
    else running_.erase(moved->step);
  }
  if (kind_ == Progress::kNone) return;
  picture_.on(event, now_ms());
  soon();
}

// One repaint is due: now, if the last one is long ago, else when its time has come.
void ProgressView::soon() {
  if (waiting_ || held_) return;
  auto since = Loop::now() - painted_;
  waiting_ = true;
  auto delay = since >= kRepaint ? milliseconds(0) : std::chrono::duration_cast<milliseconds>(kRepaint - since) + milliseconds(1);
  timer_ = loop_.start_timer(delay, [this] {
    waiting_ = false;
    paint();
  });
}

void ProgressView::paint() {
  painted_ = Loop::now();
  if (kind_ == Progress::kPlain) {
    plain();
  } else {
    auto size = terminal_size(err_.fd());
    draw::Look look = look_;
    if (size) look.width = drawing_width(size);
    // A line of the region is one of the terminal, however narrow that is: else the cursor would not find back.
    draw::Look narrow = look;
    if (size && size->columns > 0) narrow.width = std::min(look.width, size->columns);
    size_t most = size && size->rows > 0 ? std::clamp<size_t>(size->rows / 2, 2, kMostLines) : kMostLines;
    std::string out;
    if (region_ > 0) out += fmt::format("\x1b[{}A\r\x1b[J", region_);
    out += text_of(picture_.ended(look), look);
    auto lines = picture_.live(now_ms(), narrow, most);
    for (const draw::Line& line : lines) out += line.paint(narrow) + "\n";
    region_ = lines.size();
    err_.write(out);
  }
  // Elapsed times count on while anything runs.
  if (!waiting_ && picture_.busy()) {
    waiting_ = true;
    timer_ = loop_.start_timer(picture_.begun() ? kTick : kFirst, [this] {
      waiting_ = false;
      paint();
    });
  }
}

void ProgressView::plain() {
  std::string out = text_of(picture_.log_lines(look_), look_);
  if (auto line = picture_.still_running(now_ms())) out += draw::Line(*line).paint(look_) + "\n";
  err_.write(out);
}

void ProgressView::clear() {
  timer_ = {};
  waiting_ = false;
  if (kind_ == Progress::kNone) return;
  if (kind_ == Progress::kPlain) {
    plain();
    return;
  }
  std::string out;
  if (region_ > 0) out += fmt::format("\x1b[{}A\r\x1b[J", region_);
  region_ = 0;
  out += text_of(picture_.ended(look_), look_);
  err_.write(out);
}

void ProgressView::hold(bool still) {
  if (still) clear();
  held_ = still;
  if (!still && kind_ != Progress::kNone) soon();
}

void ProgressView::above(std::string_view text) {
  if (kind_ != Progress::kLive || region_ == 0) {
    err_.write(text);
    return;
  }
  err_.write(fmt::format("\x1b[{}A\r\x1b[J", region_));
  region_ = 0;
  err_.write(text);
  paint();
}

}  // namespace weft::cli
