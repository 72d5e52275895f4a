// libcurl's multi-socket interface hung on the loop: curl says which descriptors and which timer it waits
// for, the loop tells it when they are ready. Handles are curl's easy handles, as pointers to nothing in
// particular because curl's headers stay in the .cpp files.
//
// Inside curl's own callbacks nothing may be added or removed; whoever waits is woken and acts from the loop.
#pragma once

#include <functional>
#include <map>

#include "lang/os/loop.h"

namespace weft::net {

class CurlMulti {
 public:
  using Done = std::function<void(int curl_code)>;

  // The loop outlives it. `host_connections` and `streams` bound one host's connections and one connection's
  // streams.
  CurlMulti(Loop& loop, uint32_t host_connections, uint32_t streams);
  ~CurlMulti();
  CurlMulti(const CurlMulti&) = delete;
  auto operator=(const CurlMulti&) -> CurlMulti& = delete;

  // `done` is called once, from the loop, when the transfer has ended by itself; the handle stays until
  // remove().
  [[nodiscard]] auto add(void* easy, Done done) -> bool;
  void remove(void* easy);
  [[nodiscard]] auto running() const -> size_t { return running_.size(); }

 private:
  struct Callbacks;
  void act(int fd, int mask);
  void wish(int fd, int what);
  void set_timer(long milliseconds);

  Loop& loop_;
  void* multi_;
  std::map<void*, Done> running_;
  std::map<int, FdWatch> watches_;
  std::map<int, Subscription> unwatched_;  // descriptors that the loop would not take
  Subscription timer_;
  bool inside_ = false;
};

}  // namespace weft::net
