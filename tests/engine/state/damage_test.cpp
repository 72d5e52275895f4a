// Damaged files: what is seen when a state is opened, and what `verify` finds.
#include <fcntl.h>
#include <unistd.h>

#include "engine/state/frame.h"
#include "engine/state/lmdb_store.h"
#include "engine/state/row_types.h"
#include "tests/engine/state/support.h"

namespace weft::state::test {
namespace {

TEST(Damage, AFlippedByteInTheLogIsSeenAndNothingIsChanged) {
  Fabric fabric;
  finished_run(fabric, "a needle in the log");
  auto data = fabric.state_path("data.mdb");
  auto bytes = bytes_of(data);
  size_t found = 0;
  // In the frame, not in the run's row: flip what follows the magic and holds the needle.
  for (auto at = bytes.find("WFTX"); at != std::string::npos; at = bytes.find("WFTX", at + 1)) {
    auto needle = bytes.find("needle", at);
    if (needle == std::string::npos || needle - at > 400) continue;
    bytes[needle] = 'N';
    ++found;
  }
  ASSERT_GT(found, 0U);
  write_bytes(data, bytes);
  auto state = State::open(fabric.options(), fabric.clock);
  EXPECT_CODE(state, Code::kCorrupt);
  EXPECT_EQ(bytes_of(data), bytes);
}

// Changes rows behind the state's back.
void tamper(const Fabric& fabric, const std::function<void(Rows&)>& change) {
  auto store = Store::open(fabric.state_path(""), {});
  ASSERT_OK(store);
  ASSERT_OK((*store)->write([&](Rows& rows) -> Result<Outcome> {
    change(rows);
    return Outcome::kCommit;
  }));
}

TEST(Damage, AMissingOrForeignTransactionIsSeen) {
  for (int kind = 0; kind < 3; ++kind) {
    Fabric fabric;
    finished_run(fabric);
    tamper(fabric, [&](Rows& rows) {
      std::string key(7, '\0');
      if (kind == 0) rows.del(Table::kLog, key + '\2');
      if (kind == 1) rows.put(Table::kLog, key + '\3', std::string(*rows.get(Table::kLog, key + '\2')));
      if (kind == 2) rows.del(Table::kLog, key + '\3');
    });
    EXPECT_CODE(State::open(fabric.options(), fabric.clock), Code::kCorrupt);
  }
}

TEST(Damage, ANewerFormatIsRefusedUnchanged) {
  Fabric fabric;
  finished_run(fabric);
  tamper(fabric, [](Rows& rows) { rows.put(Table::kMeta, kMetaFormat, std::string("\0\0\0\2", 4)); });
  auto before = bytes_of(fabric.state_path("data.mdb"));
  EXPECT_CODE(State::open(fabric.options(), fabric.clock), Code::kNewer);
  EXPECT_EQ(bytes_of(fabric.state_path("data.mdb")), before);
}

TEST(Damage, ATableThatIsNotTheLogIsFoundByVerify) {
  for (int kind = 0; kind < 3; ++kind) {
    Fabric fabric;
    finished_run(fabric);
    tamper(fabric, [&](Rows& rows) {
      auto other = record("web", "i-9");
      other.version = 2;
      if (kind == 0) rows.put(Table::kRecord, "web", to_bytes(other));
      if (kind == 1) rows.put(Table::kRecord, "extra", to_bytes(other));
      if (kind == 2) rows.del(Table::kIdentity, std::string(rows.last(Table::kIdentity, "", std::string(32, '\xff'))->first));
    });
    auto state = fabric.open(false);
    auto verified = state->verify();
    EXPECT_CODE(verified, Code::kCorrupt);
    EXPECT_NE(verified.error().text.find(kind == 2 ? "pid" : "rec"), std::string::npos) << verified.error().text;
  }
}

TEST(Damage, GarbageAndShortFilesAreRefused) {
  Fabric fabric;
  finished_run(fabric);
  auto data = fabric.state_path("data.mdb");
  auto whole = bytes_of(data);
  write_bytes(data, whole.substr(0, whole.size() / 2));
  EXPECT_CODE(State::open(fabric.options(), fabric.clock), Code::kCorrupt);
  write_bytes(data, std::string(whole.size(), 'g'));
  EXPECT_CODE(State::open(fabric.options(), fabric.clock), Code::kCorrupt);
}

}  // namespace
}  // namespace weft::state::test
