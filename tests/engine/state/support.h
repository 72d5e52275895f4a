// What the tests of the state share: a fabric's folder with its key beside it, records and operations in short.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/state/core.h"
#include "engine/state/state.h"
#include "lang/base/digest.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temp_dir.h"

namespace weft::state::test {

// Fails the test with the failure's own words.
#define ASSERT_OK(result)                                                                           \
  do {                                                                                              \
    const auto& ok_result = (result);                                                               \
    ASSERT_TRUE(ok_result.has_value()) << ok_result.error().text << " / " << ok_result.error().hint; \
  } while (false)
template <class T>
auto refused_with(const Result<T>& result, Code wanted) -> testing::AssertionResult {
  if (result) return testing::AssertionFailure() << "it was not refused";
  if (result.error().code == wanted) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "refused with code " << static_cast<int>(result.error().code) << ": " << result.error().text;
}
#define EXPECT_CODE(result, wanted) EXPECT_TRUE(refused_with((result), (wanted)))

inline auto variables(const weft::test::TempDir& home) -> Environment {
  return Environment{.variables = {{"HOME", home.path("home")}}};
}

// A folder with a fabric, and its state opened as often as a test likes.
struct Fabric {
  weft::test::TempDir dir;
  weft::test::FakeClock clock;
  StoreOptions store;

  [[nodiscard]] auto options(bool write = true) const -> OpenOptions {
    return {.folder = dir.path(), .fabric_name = "test", .create = write, .write = write, .variables = variables(dir)};
  }
  [[nodiscard]] auto open(bool write = true) const -> std::unique_ptr<State> {
    auto state = open_state(options(write), clock, store);
    EXPECT_TRUE(state) << state.error().text;
    return state ? std::move(*state) : nullptr;
  }
  [[nodiscard]] auto state_path(std::string_view name) const -> std::string { return dir.path(".weft/state/default/" + std::string(name)); }
};

inline auto begin(std::string verb = "apply") -> BeginRun { return {.verb = verb, .owner = "ada", .host = "laptop", .command = "weft " + verb}; }

inline auto writer_of(State& state, std::string verb = "apply") -> std::unique_ptr<Writer> {
  auto writer = state.writer(begin(std::move(verb)));
  EXPECT_TRUE(writer) << writer.error().text;
  return writer ? std::move(*writer) : nullptr;
}

inline auto record(std::string address, std::string id = {}) -> Record {
  Record out;
  out.address = std::move(address);
  out.type = "fake.Thing";
  out.provider = "fake";
  out.uid = hex(view(sha256(out.address)).substr(0, 16));
  if (!id.empty()) out.identity = Value::object({{.key = "id", .value = Value::string(id)}});
  out.applied = Value::object({{.key = "size", .value = Value::integer(3)}});
  return out;
}

inline auto put(std::string address, std::string id = {}) -> OperationBody { return Put{.record = record(std::move(address), std::move(id))}; }

inline auto op_id(std::string_view name) -> OperationId { return hex(view(sha256(name)).substr(0, 16)); }

inline auto intent(std::string address, std::string_view op, uint64_t generation = 0, std::vector<std::string> reads = {}) -> Intent {
  Intent out;
  out.operation = op_id(op);
  out.address = std::move(address);
  out.change = "create";
  out.type = "fake.Thing";
  out.provider = "fake";
  out.idempotency = "tag";
  out.generation = generation;
  out.reads = std::move(reads);
  return out;
}
inline auto done(std::string_view op, Record made) -> OperationBody {
  return Settle{.operation = op_id(op), .outcome = "done", .by = "answer", .put = std::move(made)};
}

inline auto claim(Writer& writer, std::vector<ClaimItem> items, std::vector<Writer::Pin> pins = {}) -> Writer::Claimed {
  auto claimed = writer.claim(std::move(items), std::move(pins));
  EXPECT_TRUE(claimed) << claimed.error().text;
  return claimed ? std::move(*claimed) : Writer::Claimed{};
}
inline auto writes(std::vector<std::string> addresses) -> std::vector<ClaimItem> {
  std::vector<ClaimItem> out;
  for (auto& one : addresses) out.push_back({.address = std::move(one)});
  return out;
}

// A put of that many bytes, and one whose value is `size`.
inline auto bulky(std::string address, size_t bytes) -> OperationBody {
  auto large = record(std::move(address));
  large.driver_data = Value::string(std::string(bytes, 'x'));
  return Put{.record = large};
}
inline auto sized(std::string address, int64_t size) -> OperationBody {
  auto out = record(std::move(address));
  out.applied = Value::integer(size);
  return Put{.record = out};
}
inline auto bytes_of(const std::string& path) -> std::string {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
inline void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream out(path, std::ios::binary);
  out << bytes;
  ASSERT_TRUE(out.flush().good());
}

// A run with one record, from its claim to its end.
inline void finished_run(const Fabric& fabric, const std::string& summary = "apply: 1 done") {
  auto state = fabric.open();
  auto writer = writer_of(*state);
  ASSERT_TRUE(claim(*writer, writes({"web"})).granted);
  ASSERT_OK(writer->append({put("web", "i-1")}));
  ASSERT_OK(writer->end({.outcome = "done", .summary = summary}, {}));
}

}  // namespace weft::state::test
