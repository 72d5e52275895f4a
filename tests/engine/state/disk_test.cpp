// The disk: full once or for good, failing, read-only.
#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "engine/state/lmdb_store.h"
#include "lang/os/crash.h"
#include "tests/engine/state/child.h"
#include "tests/engine/state/support.h"

namespace weft::state::test {
namespace {

TEST(Disk, FullOnce) {
  Fabric fabric;
  int full = 0;
  fabric.store.fault = [&](std::string_view what) { return what == "commit" && full-- > 0 ? ENOSPC : 0; };
  auto state = fabric.open();
  auto writer = writer_of(*state);
  ASSERT_TRUE(claim(*writer, writes({"web", "db"})).granted);
  ASSERT_OK(writer->append({intent("web", "1")}));
  ASSERT_TRUE(std::filesystem::exists(fabric.state_path("ballast")));
  full = 1;
  ASSERT_OK(writer->append({done("1", record("web", "i-1"))})) ;
  EXPECT_FALSE(std::filesystem::exists(fabric.state_path("ballast")));
  ASSERT_TRUE(writer->refused());
  EXPECT_EQ(writer->refused()->code, Code::kFull);
  EXPECT_CODE(writer->append({intent("db", "2")}), Code::kFull);
  EXPECT_CODE(writer->claim(writes({"other"}), {}), Code::kFull);
  ASSERT_OK(writer->end({.outcome = "stopped"}, {}));
  ASSERT_OK(state->verify());
}

TEST(Disk, FullForGood) {
  Fabric fabric;
  bool full = false;
  fabric.store.fault = [&](std::string_view what) { return what == "commit" && full ? ENOSPC : 0; };
  {
    auto state = fabric.open();
    auto writer = writer_of(*state);
    ASSERT_TRUE(claim(*writer, writes({"web"})).granted);
    ASSERT_OK(writer->append({intent("web", "1")}));
    full = true;
    EXPECT_CODE(writer->append({done("1", record("web", "i-1"))}), Code::kFull);
    EXPECT_CODE(writer->end({.outcome = "stopped"}, {}), Code::kFull);
    EXPECT_CODE(state->writer(begin()), Code::kFull);
    EXPECT_EQ(state->snapshot()->open.size(), 1U) << "looking goes on";
  }
  full = false;
  auto state = fabric.open();
  auto writer = writer_of(*state);
  auto claimed = claim(*writer, writes({"web"}));
  EXPECT_TRUE(claimed.granted);
  EXPECT_EQ(claimed.in_doubt.size(), 1U);
}

TEST(Disk, AFailingDiskStopsEverything) {
  Fabric fabric;
  int failing = 0;
  fabric.store.fault = [&](std::string_view what) { return what == "commit" && failing-- > 0 ? EIO : 0; };
  auto state = fabric.open();
  auto writer = writer_of(*state);
  ASSERT_TRUE(claim(*writer, writes({"web"})).granted);
  failing = 1;
  EXPECT_CODE(writer->append({put("web")}), Code::kUnavailable);
  EXPECT_CODE(writer->append({put("web")}), Code::kUnavailable) << "a sync that is tried again lies";
  ASSERT_TRUE(writer->refused());
  EXPECT_EQ(state->tail()->seq, 1U);
}

TEST(Disk, AStoreThatDoesNotOpenAgainSaysSo) {
  Fabric fabric;
  bool failing = false;
  fabric.store.fault = [&](std::string_view) { return failing ? EIO : 0; };
  auto state = fabric.open();
  auto writer = writer_of(*state);
  ASSERT_TRUE(claim(*writer, writes({"web"})).granted);
  failing = true;
  EXPECT_CODE(writer->append({put("web")}), Code::kUnavailable);
  EXPECT_CODE(state->snapshot(), Code::kUnavailable);
}

// A small disk of its own, where this user may make one.
class SmallDisk {
 public:
  explicit SmallDisk(const std::string& at) : at_(at) {
    std::filesystem::create_directories(at);
    mounted_ = mount("weft-test", at.c_str(), "tmpfs", 0, "size=24m") == 0;
  }
  SmallDisk(const SmallDisk&) = delete;
  auto operator=(const SmallDisk&) -> SmallDisk& = delete;
  ~SmallDisk() {
    if (mounted_) umount2(at_.c_str(), MNT_DETACH);
  }
  [[nodiscard]] auto mounted() const -> bool { return mounted_; }
  [[nodiscard]] auto read_only() const -> bool { return mount("weft-test", at_.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, nullptr) == 0; }
  void fill() const {
    int fd = open((at_ + "/filler").c_str(), O_WRONLY | O_CREAT, 0600);
    std::string block(4096, 'x');
    while (write(fd, block.data(), block.size()) > 0) {
    }
    close(fd);
  }
  void empty() const { std::filesystem::remove(at_ + "/filler"); }

 private:
  std::string at_;
  bool mounted_ = false;
};

TEST(Disk, ReallyFull) {
  Fabric fabric;
  SmallDisk disk(fabric.dir.path("disk"));
  if (!disk.mounted()) GTEST_SKIP() << "this user cannot mount a small disk";
  auto options = fabric.options();
  options.folder = fabric.dir.path("disk");
  {
    auto state = open_state(options, fabric.clock, {});
    ASSERT_OK(state);
    auto writer = writer_of(**state);
    ASSERT_TRUE(claim(*writer, writes({"web", "db"})).granted);
    ASSERT_OK(writer->append({intent("web", "1")}));
    disk.fill();
    auto made = record("web", "i-1");
    made.driver_data = Value::string(std::string(400'000, 'x'));
    ASSERT_OK(writer->append({done("1", made)}));
    EXPECT_CODE(writer->append({intent("db", "2")}), Code::kFull);
    ASSERT_OK(writer->end({.outcome = "stopped"}, {}));
    disk.fill();
    EXPECT_CODE((*state)->writer(begin()), Code::kFull);
    ASSERT_OK((*state)->verify());
  }
  {
    auto state = open_state(options, fabric.clock, {});
    ASSERT_OK(state);
    EXPECT_CODE((*state)->writer(begin()), Code::kFull);
    disk.empty();
    auto writer = writer_of(**state);
    ASSERT_TRUE(claim(*writer, writes({"db"})).granted);
    ASSERT_OK(writer->append({intent("db", "2")}));
  }
}

TEST(Disk, KilledWithAFullDisk) {
  if constexpr (!kHasCrashPoints) GTEST_SKIP() << "built without crash points";
  for (const char* point : {"disk.full", "ballast.freed"}) {
    Fabric fabric;
    EXPECT_TRUE(Child("DiskChild.DISABLED_RunsFull", {{kChildFolder, fabric.dir.path()}, {"HOME", fabric.dir.path("home")}, {"WEFT_CRASH", point}}).was_killed());
    auto state = fabric.open();
    EXPECT_EQ(std::filesystem::exists(fabric.state_path("ballast")), std::string_view(point) == "disk.full");
    ASSERT_OK(state->verify());
    auto writer = writer_of(*state);
    auto claimed = claim(*writer, writes({"web"}));
    ASSERT_TRUE(claimed.granted);
    EXPECT_EQ(claimed.in_doubt.size(), 1U);
    EXPECT_TRUE(std::filesystem::exists(fabric.state_path("ballast")));
  }
}

TEST(DiskChild, DISABLED_RunsFull) {
  int commits = 0;
  OpenOptions options{.folder = getenv(kChildFolder), .create = true, .write = true};
  auto state = open_state(options, system_clock(), {.fault = [&](std::string_view what) { return what == "commit" && ++commits > 2 ? ENOSPC : 0; }});
  ASSERT_OK(state);
  auto writer = writer_of(**state);
  ASSERT_TRUE(claim(*writer, writes({"web"})).granted);
  ASSERT_OK(writer->append({intent("web", "1")}));
  (void)writer->append({done("1", record("web", "i-1"))});
}

TEST(Disk, LookingWorksWhereNothingCanBeWritten) {
  Fabric fabric;
  SmallDisk disk(fabric.dir.path("disk"));
  if (!disk.mounted()) GTEST_SKIP() << "this user cannot mount a small disk";
  auto options = fabric.options();
  options.folder = fabric.dir.path("disk");
  {
    auto state = open_state(options, fabric.clock, {});
    ASSERT_OK(state);
    auto writer = writer_of(**state);
    ASSERT_TRUE(claim(*writer, writes({"web"})).granted);
    ASSERT_OK(writer->append({put("web")}));
    ASSERT_OK(writer->end({.outcome = "done"}, {}));
  }
  ASSERT_TRUE(disk.read_only());
  options.create = options.write = false;
  auto state = open_state(options, fabric.clock, {});
  ASSERT_OK(state);
  auto snapshot = (*state)->snapshot();
  ASSERT_OK(snapshot);
  EXPECT_EQ(snapshot->records.size(), 1U);
  EXPECT_CODE((*state)->writer(begin()), Code::kDenied);
}

}  // namespace
}  // namespace weft::state::test
