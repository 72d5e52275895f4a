#include "providers/net/stack.h"

namespace weft::net {

Stack::Stack(StackOptions options, std::shared_ptr<HttpClient> wire,
             std::unique_ptr<RecordingClient> recorder)
    : timeline_(std::move(options.timeline)),
      wire_(std::move(wire)),
      recorder_(std::move(recorder)),
      faults_(recorder_ != nullptr ? static_cast<HttpClient&>(*recorder_) : *wire_),
      observe_(faults_, *timeline_, std::move(options.sinks)),
      follow_(observe_, *timeline_),
      retry_(follow_, *timeline_, options.backoff) {}

auto Stack::make(Loop& loop, StackOptions options) -> Result<std::shared_ptr<Stack>> {
  if (options.timeline == nullptr) options.timeline = loop_timeline(loop);
  std::shared_ptr<HttpClient> wire = std::move(options.wire);
  if (!options.replay.empty()) {
    TRY(replay, ReplayClient::open(options.replay, options.replay_key));
    wire = std::move(replay);
  }
  if (wire == nullptr) wire = std::make_shared<CurlClient>(loop, options.curl);
  std::unique_ptr<RecordingClient> recorder;
  if (!options.record.empty()) {
    TRY(opened, RecordingClient::open(*wire, options.record));
    recorder = std::move(opened);
  }
  return std::shared_ptr<Stack>(new Stack(std::move(options), std::move(wire), std::move(recorder)));
}

auto Stack::finish() -> Result<void> {
  if (recorder_ == nullptr) return {};
  return recorder_->finish();
}

}  // namespace weft::net
