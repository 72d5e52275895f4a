#include "providers/net/recording.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include <nlohmann/json.hpp>

#include "lang/base/digest.h"
#include "lang/base/text.h"
#include "providers/net/redact.h"

namespace weft::net {
namespace {

using Json = nlohmann::json;

constexpr size_t kMaxFile = size_t{256} << 20;

auto io_failure(const std::string& path) -> std::unexpected<Failure> {
  Code code = errno == ENOENT ? Code::kNotFound : errno == EACCES ? Code::kDenied : Code::kUnavailable;
  return fail(code, path + ": " + std::strerror(errno));
}

auto headers_json(const Headers& headers) -> Json {
  Json out = Json::array();
  for (const auto& row : headers) out.push_back({row.name, row.value});
  return out;
}

auto headers_from(const Json& json) -> Headers {
  Headers out;
  for (const auto& row : json) out.add(row.at(0).get<std::string>(), row.at(1).get<std::string>());
  return out;
}

void put_body(Json& at, const std::string& body) {
  if (body.empty()) return;
  if (first_invalid_utf8(body) == std::string::npos) at["body"] = body;
  else at["body_base64"] = base64(body);
}

auto body_from(const Json& at) -> std::string {
  if (at.contains("body_base64")) return from_base64(at["body_base64"].get<std::string>()).value_or("");
  return at.value("body", "");
}

auto error_by_word(std::string_view text) -> std::optional<NetError> {
#define NET_ERROR(name, known, meaning, transient) \
  if (text == (known)) return NetError::name;
#include "providers/net/net_error.def"
#undef NET_ERROR
  return {};
}

auto request_json(const Request& request, const Redactor& redactor) -> Json {
  Json out = {{"method", request.method},
              {"url", redactor.url(request.url)},
              {"headers", headers_json(redactor.headers(request.headers))}};
  put_body(out, redactor.body(request.body));
  return out;
}

auto answer_json(const Response& answer, const Redactor& redactor) -> Json {
  Json out = {{"status", answer.status},
              {"protocol", answer.protocol},
              {"headers", headers_json(redactor.headers(answer.headers))}};
  put_body(out, redactor.body(answer.body));
  return out;
}

auto error_json(const NetFailure& failure, const Redactor& redactor) -> Json {
  return {{"error", word(failure.error)},
          {"sent", failure.sent == Sent::kMaybe ? "maybe" : "no"},
          {"text", redactor.text(failure.text)}};
}

auto exchange_from(const Json& line) -> std::optional<Exchange> {
  if (line.contains("error")) {
    const Json& at = line["error"];
    auto error = error_by_word(at.at("error").get<std::string>());
    if (!error) return {};
    return net_fail(*error, at.at("sent") == "no" ? Sent::kNo : Sent::kMaybe,
                    at.at("text").get<std::string>());
  }
  const Json& at = line.at("answer");
  Response answer{
      .status = at.at("status").get<int>(), .headers = headers_from(at.at("headers")), .body = body_from(at)};
  answer.protocol = at.at("protocol").get<std::string>();
  answer.request_id = request_id_of(answer.headers);
  return answer;
}

}  // namespace

auto replay_key(const Request& request) -> std::string {
  Redactor redactor = redactor_of(request);
  return request.method + " " + redactor.url(request.url) + " " +
         hex(view(sha256(redactor.body(request.body))));
}

auto RecordingClient::open(HttpClient& next, const std::string& path)
    -> Result<std::unique_ptr<RecordingClient>> {
  int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) return io_failure(path);
  File file(fdopen(fd, "a"));
  if (file == nullptr) {
    ::close(fd);
    return io_failure(path);
  }
  return std::unique_ptr<RecordingClient>(new RecordingClient(next, std::move(file)));
}

void RecordingClient::write(const Request& request, const Exchange& answer) {
  Redactor redactor = redactor_of(request);
  Json line = {{"v", 1}, {"request", request_json(request, redactor)}};
  if (answer) line["answer"] = answer_json(*answer, redactor);
  else line["error"] = error_json(answer.error(), redactor);
  auto text = line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  broken_ = broken_ || std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size() ||
            std::fflush(file_.get()) != 0;
}

auto RecordingClient::send(Request request, Cancel cancel) -> Task<Exchange> {
  // A stream's pieces go to its reader as they come and are kept for the recording.
  auto streamed = std::make_shared<std::string>();
  Request sent = request;
  if (request.on_body) {
    sent.on_body = [streamed, sink = request.on_body, most = request.max_body](std::string_view piece) {
      streamed->append(piece.substr(0, most - std::min(most, streamed->size())));
      return sink(piece);
    };
  }
  Exchange answer = co_await next_.send(std::move(sent), cancel);
  if (answer && !streamed->empty()) {
    Exchange whole = answer;
    whole->body = std::move(*streamed);
    write(request, whole);
  } else {
    write(request, answer);
  }
  co_return answer;
}

auto RecordingClient::finish() -> Result<void> {
  if (broken_ || fsync(fileno(file_.get())) != 0)
    return fail(Code::kFull, "the recording could not be written whole");
  return {};
}

auto ReplayClient::open(const std::string& path, ReplayKey key) -> Result<std::unique_ptr<ReplayClient>> {
  std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(path.c_str(), "re"), &std::fclose);
  if (file == nullptr) return io_failure(path);
  std::string text(64 * 1024, '\0'), all;
  while (size_t count = std::fread(text.data(), 1, text.size(), file.get())) {
    all.append(text, 0, count);
    if (all.size() > kMaxFile) return fail(Code::kInvalid, path + ": the recording is larger than 256 MiB");
  }
  if (std::ferror(file.get()) != 0) return io_failure(path);
  std::unique_ptr<ReplayClient> client(new ReplayClient(std::move(key)));
  size_t number = 0;
  for (auto line : split(all, '\n')) {
    ++number;
    if (line.empty()) continue;
    if (auto added = client->add(line); !added) {
      return std::unexpected(added.error().in(path + ":" + std::to_string(number)));
    }
  }
  return client;
}

auto ReplayClient::add(std::string_view line) -> Result<void> {
  try {
    Json json = Json::parse(line);
    if (json.at("v") != 1) return fail(Code::kNewer, "a recording of another version", "record it again");
    const Json& at = json.at("request");
    Request request{.method = at.at("method").get<std::string>(),
                    .url = at.at("url").get<std::string>(),
                    .headers = headers_from(at.at("headers")),
                    .body = body_from(at)};
    auto answer = exchange_from(json);
    if (!answer) return fail(Code::kCorrupt, "an error of an unknown kind");
    by_key_.emplace(key_(request), rows_.size());
    rows_.push_back({.line = request.method + " " + request.url, .answer = std::move(*answer)});
    return {};
  } catch (const Json::parse_error& error) {
    return fail(Code::kCorrupt, "not a line of a recording: no JSON from its byte " + std::to_string(error.byte) + " on");
  } catch (const Json::exception&) {
    return fail(Code::kCorrupt, "not a line of a recording: a member of it is missing, or of another kind");
  }
}

auto ReplayClient::send(Request request, Cancel cancel) -> Task<Exchange> {
  if (cancel.requested() && !request.finish)
    co_return net_fail(NetError::kCancelled, Sent::kNo, "asked to stop");
  auto [first, last] = by_key_.equal_range(key_(request));
  for (auto at = first; at != last; ++at) {
    Row& row = rows_[at->second];
    if (row.used) continue;
    row.used = true;
    Exchange answer = row.answer;
    if (answer) {
      answer->url = request.url;
      if (request.on_body && answer->ok()) {
        auto body = std::exchange(answer->body, {});
        if (!body.empty()) answer->stopped = !request.on_body(body);
      }
    }
    co_return answer;
  }
  auto line = request.method + " " + redactor_of(request).url(request.url);
  co_return net_fail(
      NetError::kReplay, Sent::kNo,
      line + (first == last ? ": nothing like it was recorded" : ": asked for more often than recorded"),
      "record the exchanges again");
}

auto ReplayClient::unused() const -> std::vector<std::string> {
  std::vector<std::string> out;
  for (const auto& row : rows_) {
    if (!row.used) out.push_back(row.line);
  }
  return out;
}

}  // namespace weft::net
