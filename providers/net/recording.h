// Exchanges written to a file and played back from it, so that a test meets real answers without the world.
//
// The file has one JSON object a line, in the order in which the exchanges ended:
//   {"v":1,"request":{"method","url","headers":[[name,value]…],"body"},"answer":{"status","protocol","headers","body"}}
// with "error":{"error","sent","text"} in place of "answer" where none came, and "body_base64" in place of
// "body" where it is no text. Everything went through the request's redactor first: a recording holds no
// secret.
#pragma once

#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lang/base/result.h"
#include "providers/net/http_client.h"

namespace weft::net {

// Two requests with one key are the same to a replay: by default method, address and body, all without
// secrets. A driver whose requests carry fresh tokens hands in a key that leaves them out.
using ReplayKey = std::function<std::string(const Request&)>;
[[nodiscard]] auto replay_key(const Request& request) -> std::string;

class RecordingClient final : public HttpClient {
 public:
  // Appends to the file, made for its owner alone.
  [[nodiscard]] static auto open(HttpClient& next, const std::string& path)
      -> Result<std::unique_ptr<RecordingClient>>;
  auto send(Request request, Cancel cancel) -> Task<Exchange> override;
  // Whether all of it is on disk; a recording with a gap is worth nothing.
  [[nodiscard]] auto finish() -> Result<void>;

 private:
  struct Close {
    void operator()(FILE* file) const { std::fclose(file); }
  };
  using File = std::unique_ptr<FILE, Close>;
  RecordingClient(HttpClient& next, File file) : next_(next), file_(std::move(file)) {}
  void write(const Request& request, const Exchange& answer);

  HttpClient& next_;
  File file_;
  bool broken_ = false;
};

class ReplayClient final : public HttpClient {
 public:
  // Reads the whole file (at most 256 MiB).
  [[nodiscard]] static auto open(const std::string& path, ReplayKey key = replay_key)
      -> Result<std::unique_ptr<ReplayClient>>;
  // Each recorded exchange answers once, those with one key in their order; kReplay when none is left.
  auto send(Request request, Cancel cancel) -> Task<Exchange> override;
  // "GET https://…" of those that nobody asked for.
  [[nodiscard]] auto unused() const -> std::vector<std::string>;

 private:
  struct Row {
    std::string line;  // for unused()
    Exchange answer;
    bool used = false;
  };
  explicit ReplayClient(ReplayKey key) : key_(std::move(key)) {}
  auto add(std::string_view line) -> Result<void>;

  ReplayKey key_;
  std::vector<Row> rows_;
  std::multimap<std::string, size_t> by_key_;  // in the order of the file
};

}  // namespace weft::net
