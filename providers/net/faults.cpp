#include "providers/net/faults.h"

#include "lang/base/check.h"

namespace weft::net {

auto FaultyClient::choose(const Request& request) -> const Fault* {
  auto line = request.method + " " + request.url;
  for (auto& rule : rules_) {
    const Fault& fault = rule.fault;
    if (!line.contains(fault.match)) continue;
    uint32_t number = rule.matched++;
    if (number < fault.skip || (number - fault.skip + 1) % fault.every != 0) continue;
    if (fault.times != 0 && rule.struck == fault.times) continue;
    ++rule.struck;
    ++struck_;
    return &fault;
  }
  return nullptr;
}

auto FaultyClient::send(Request request, Cancel cancel) -> Task<Exchange> {
  const Fault* fault = choose(request);
  if (fault == nullptr) co_return co_await next_.send(std::move(request), cancel);
  switch (fault->kind) {
    case Fault::Kind::kRefuse: co_return net_fail(NetError::kConnect, Sent::kNo, "refused by a fault point");
    case Fault::Kind::kAnswer: {
      Response answer = fault->answer;
      answer.url = request.url;
      answer.request_id = request_id_of(answer.headers);
      co_return answer;
    }
    case Fault::Kind::kLose: {
      Exchange answer = co_await next_.send(std::move(request), cancel);
      if (!answer) co_return answer;
      co_return net_fail(NetError::kReset, Sent::kMaybe, "the answer was lost by a fault point");
    }
    case Fault::Kind::kDuplicate: {
      Exchange first = co_await next_.send(request, cancel);
      if (!first) co_return first;
      co_return co_await next_.send(std::move(request), cancel);
    }
    case Fault::Kind::kHold: {
      CHECK(fault->release != nullptr);
      bool released = co_await fault->release->wait(cancel);
      if (!released) co_return net_fail(NetError::kCancelled, Sent::kNo, "asked to stop");
      co_return co_await next_.send(std::move(request), cancel);
    }
  }
  CHECK(!"an unknown fault");
}

}  // namespace weft::net
