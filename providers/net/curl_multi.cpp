#include "providers/net/curl_multi.h"

#include <utility>
#include <vector>

#include <curl/curl.h>

#include "lang/base/check.h"

namespace weft::net {

struct CurlMulti::Callbacks {
  static auto on_socket(CURL*, curl_socket_t fd, int what, void* self, void*) -> int {
    static_cast<CurlMulti*>(self)->wish(fd, what);
    return 0;
  }
  static auto on_timer(CURLM*, long milliseconds, void* self) -> int {
    static_cast<CurlMulti*>(self)->set_timer(milliseconds);
    return 0;
  }
};

CurlMulti::CurlMulti(Loop& loop, uint32_t host_connections, uint32_t streams) : loop_(loop) {
  static const bool kStarted = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  CHECK(kStarted);
  multi_ = curl_multi_init();
  CHECK(multi_ != nullptr);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Callbacks::on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Callbacks::on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_MULTIPLEX));
  curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS, static_cast<long>(host_connections));
  curl_multi_setopt(multi_, CURLMOPT_MAX_CONCURRENT_STREAMS, static_cast<long>(streams));
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(host_connections) * 4);
}

CurlMulti::~CurlMulti() {
  CHECK(running_.empty());
  timer_.end();
  watches_.clear();
  unwatched_.clear();
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, nullptr);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, nullptr);
  curl_multi_cleanup(multi_);
}

auto CurlMulti::add(void* easy, Done done) -> bool {
  CHECK(!inside_);
  running_.emplace(easy, std::move(done));
  if (curl_multi_add_handle(multi_, easy) == CURLM_OK) return true;
  running_.erase(easy);
  return false;
}

void CurlMulti::remove(void* easy) {
  CHECK(!inside_);
  running_.erase(easy);
  curl_multi_remove_handle(multi_, easy);
}

void CurlMulti::act(int fd, int mask) {
  CHECK(!inside_);
  int still_running = 0;
  inside_ = true;
  curl_multi_socket_action(multi_, fd, mask, &still_running);
  inside_ = false;
  int left = 0;
  std::vector<std::pair<void*, int>> ended;
  while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg == CURLMSG_DONE)
      ended.emplace_back(message->easy_handle, static_cast<int>(message->data.result));
  }
  for (auto [easy, code] : ended) {
    auto row = running_.find(easy);
    if (row == running_.end()) continue;
    auto done = std::exchange(row->second, nullptr);
    if (done) done(code);
  }
}

void CurlMulti::wish(int fd, int what) {
  unwatched_.erase(fd);
  if (what == CURL_POLL_REMOVE) {
    watches_.erase(fd);
    return;
  }
  Readiness wanted{.read = (what & CURL_POLL_IN) != 0, .write = (what & CURL_POLL_OUT) != 0};
  if (auto known = watches_.find(fd); known != watches_.end()) {
    known->second.change(wanted);
    return;
  }
  auto watch = loop_.watch_fd(fd, wanted, [this, fd](Readiness ready) {
    act(fd, (ready.read ? CURL_CSELECT_IN : 0) | (ready.write ? CURL_CSELECT_OUT : 0));
  });
  if (watch) {
    watches_.emplace(fd, std::move(*watch));
  } else {
    // Told to curl as an error of that descriptor, from the loop because this is one of curl's callbacks.
    unwatched_[fd] =
        loop_.start_timer(std::chrono::milliseconds(0), [this, fd] { act(fd, CURL_CSELECT_ERR); });
  }
}

void CurlMulti::set_timer(long milliseconds) {
  timer_.end();
  if (milliseconds < 0) return;
  timer_ =
      loop_.start_timer(std::chrono::milliseconds(milliseconds), [this] { act(CURL_SOCKET_TIMEOUT, 0); });
}

}  // namespace weft::net
