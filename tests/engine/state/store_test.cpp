// The environment under stress: full map, full disk, failing disk, other processes, damaged and strange files.
#include "engine/state/lmdb_store.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>

#include "engine/state/frame.h"
#include "engine/state/lock_file.h"
#include "engine/state/row_types.h"
#include "engine/state/state_folder.h"
#include "lang/os/crash.h"
#include "tests/engine/state/child.h"
#include "tests/engine/state/support.h"

namespace weft::state::test {
namespace {

constexpr size_t kSmallMap = 1 << 20;

auto bulky(std::string address, size_t bytes) -> OperationBody {
  auto large = record(std::move(address));
  large.driver_data = Value::string(std::string(bytes, 'x'));
  return Put{.record = large};
}

auto bytes_of(const std::string& path) -> std::string {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream out(path, std::ios::binary);
  out << bytes;
  ASSERT_TRUE(out.flush().good());
}

// A finished run with one record.
void fill(const Fabric& fabric, const std::string& summary = "apply: 1 done") {
  auto state = fabric.open();
  auto writer = writer_of(*state);
  ASSERT_TRUE(claim(*writer, writes({"web"})).granted);
  ASSERT_OK(writer->append({put("web", "i-1")}));
  ASSERT_OK(writer->end({.outcome = "done", .summary = summary}, {}));
}

// --- the map

TEST(Map, GrowsWhenItIsFull) {
  Fabric fabric;
  fabric.store.map_size = kSmallMap;
  auto state = fabric.open();
  auto writer = writer_of(*state);
  ASSERT_TRUE(claim(*writer, {{.address = "w", .subtree = true}}).granted);
  for (int i = 0; i < 12; ++i) ASSERT_OK(writer->append({bulky("w[" + std::to_string(i) + "]", 300'000)}));
  ASSERT_OK(writer->end({.outcome = "done"}, {}));
  EXPECT_EQ(state->snapshot()->records.size(), 12U);
  ASSERT_OK(state->verify());
}

TEST(MapChild, DISABLED_Fills) {
  OpenOptions options{.folder = getenv(kChildFolder), .create = true, .write = true};
  auto state = open_state(options, system_clock(), {.map_size = kSmallMap});
  ASSERT_OK(state);
  auto writer = writer_of(**state);
  auto name = std::string(getenv(kChildName));
  ASSERT_TRUE(claim(*writer, {{.address = name, .subtree = true}}).granted);
  for (int i = 0; i < 12; ++i) ASSERT_OK(writer->append({bulky(name + "[" + std::to_string(i) + "]", 300'000)}));
  ASSERT_OK(writer->end({.outcome = "done"}, {}));
}

TEST(Map, AnotherProcessMadeItBigger) {
  Fabric fabric;
  fabric.store.map_size = kSmallMap;
  fill(fabric);
  auto state = fabric.open();
  ASSERT_EQ(state->snapshot()->records.size(), 1U);
  ASSERT_TRUE(Child("MapChild.DISABLED_Fills", {{kChildFolder, fabric.dir.path()}, {kChildName, "a"}, {"HOME", fabric.dir.path("home")}}).succeeded());
  auto snapshot = state->snapshot();
  ASSERT_OK(snapshot);
  EXPECT_EQ(snapshot->records.size(), 13U);
  auto writer = writer_of(*state);
  ASSERT_TRUE(claim(*writer, writes({"web"})).granted);
  ASSERT_OK(writer->append({put("web", "i-1")}));
  ASSERT_OK(state->verify());
}

TEST(Map, ProcessesThatGrowItAtOnce) {
  Fabric fabric;
  fabric.store.map_size = kSmallMap;
  fill(fabric);
  std::vector<std::unique_ptr<Child>> children;
  for (const char* name : {"a", "b", "c"}) {
    children.push_back(std::make_unique<Child>("MapChild.DISABLED_Fills", std::map<std::string, std::string>{{kChildFolder, fabric.dir.path()}, {kChildName, name}, {"HOME", fabric.dir.path("home")}}));
  }
  for (auto& one : children) EXPECT_TRUE(one->succeeded());
  auto state = fabric.open();
  EXPECT_EQ(state->snapshot()->records.size(), 37U);
  ASSERT_OK(state->verify());
}

TEST(Map, KilledWhileItGrows) {
  if constexpr (!kHasCrashPoints) GTEST_SKIP() << "built without crash points";
  for (const char* point : {"map.grown", "map.grown:2"}) {
    Fabric fabric;
    fabric.store.map_size = kSmallMap;
    EXPECT_TRUE(Child("MapChild.DISABLED_Fills", {{kChildFolder, fabric.dir.path()}, {kChildName, "a"}, {"HOME", fabric.dir.path("home")}, {"WEFT_CRASH", point}}).was_killed());
    auto state = fabric.open();
    ASSERT_OK(state->verify());
    EXPECT_LT(state->snapshot()->records.size(), 12U);
    auto writer = writer_of(*state);
    EXPECT_TRUE(claim(*writer, {{.address = "a", .subtree = true}}).granted);
  }
}

TEST(MapChild, DISABLED_LooksTwice) {
  OpenOptions options{.folder = getenv(kChildFolder)};
  auto state = open_state(options, system_clock(), {.map_size = kSmallMap});
  ASSERT_OK(state);
  ASSERT_OK((*state)->snapshot());
  // Its turn comes when the file says so.
  auto go = options.folder + "/go";
  write_bytes(options.folder + "/ready", "");
  while (access(go.c_str(), F_OK) != 0) std::this_thread::yield();
  ASSERT_OK((*state)->snapshot());
}

TEST(Map, KilledWhileItTakesOverTheNewSize) {
  if constexpr (!kHasCrashPoints) GTEST_SKIP() << "built without crash points";
  Fabric fabric;
  fill(fabric);
  fabric.store.map_size = kSmallMap;
  Child looking("MapChild.DISABLED_LooksTwice", {{kChildFolder, fabric.dir.path()}, {"WEFT_CRASH", "map.resized"}});
  while (access(fabric.dir.path("ready").c_str(), F_OK) != 0) std::this_thread::yield();
  ASSERT_TRUE(Child("MapChild.DISABLED_Fills", {{kChildFolder, fabric.dir.path()}, {kChildName, "a"}, {"HOME", fabric.dir.path("home")}}).succeeded());
  write_bytes(fabric.dir.path("go"), "");
  EXPECT_TRUE(looking.was_killed());
  auto state = fabric.open();
  ASSERT_OK(state->verify());
  EXPECT_EQ(state->snapshot()->records.size(), 13U);
}

// --- transactions of the committer

TEST(Committer, WhatGathersGoesTogether) {
  Fabric fabric;
  std::mutex mutex;
  std::condition_variable changed;
  int commits = 0;
  bool held = false;
  fabric.store.fault = [&](std::string_view) {
    std::unique_lock lock(mutex);
    ++commits;
    changed.wait(lock, [&] { return !held; });
    return 0;
  };
  auto state = fabric.open();
  auto writer = writer_of(*state);
  ASSERT_TRUE(claim(*writer, {{.address = "w", .subtree = true}}).granted);
  {
    std::lock_guard lock(mutex);
    held = true;
  }
  constexpr int kPuts = 3500;
  int answered = 0;
  uint64_t last = 0;
  bool in_order = true;
  for (int i = 0; i < kPuts; ++i) {
    writer->submit({put("w[" + std::to_string(i) + "]")}, [&, i](Result<Appended> result) {
      in_order = in_order && result && answered == i && result->seq >= last;
      last = result ? result->seq : 0;
      ++answered;
    });
  }
  {
    std::lock_guard lock(mutex);
    held = false;
  }
  changed.notify_all();
  ASSERT_OK(writer->end({.outcome = "done"}, {}));
  EXPECT_EQ(answered, kPuts) << "end() has delivered them";
  EXPECT_TRUE(in_order);
  // Claim, what the first transaction took (at least one), the rest by 1,000, the end.
  EXPECT_LE(commits, 1 + 1 + 4 + 1);
  EXPECT_EQ(state->snapshot()->records.size(), static_cast<size_t>(kPuts));
  ASSERT_OK(state->verify());
}

TEST(Committer, ResultsGoBeforeIntents) {
  Fabric fabric;
  std::mutex mutex;
  std::condition_variable changed;
  bool held = false;
  fabric.store.fault = [&](std::string_view) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return !held; });
    return 0;
  };
  auto state = fabric.open();
  auto writer = writer_of(*state);
  ASSERT_TRUE(claim(*writer, {{.address = "w", .subtree = true}}).granted);
  ASSERT_OK(writer->append({intent("w[0]", "0")}));
  {
    std::lock_guard lock(mutex);
    held = true;
  }
  std::vector<std::string> order;
  auto note = [&](std::string what) { return [&order, what](Result<Appended> result) { order.push_back(result ? what : result.error().text); }; };
  writer->submit({put("w[1]")}, note("first"));  // keeps the committer busy
  for (int i = 2; i < 1500; ++i) writer->submit({intent("w[" + std::to_string(i) + "]", std::to_string(i))}, i == 1499 ? note("last intent") : note("intent"));
  writer->submit({done("0", record("w[0]"))}, note("result"));
  writer->submit({done("1499", record("w[1499]"))}, note("its own intent is queued"));
  {
    std::lock_guard lock(mutex);
    held = false;
  }
  changed.notify_all();
  ASSERT_OK(writer->end({.outcome = "done"}, {}));
  auto at = [&](const std::string& what) { return std::find(order.begin(), order.end(), what) - order.begin(); };
  EXPECT_LT(at("result"), at("last intent"));
  EXPECT_GT(at("its own intent is queued"), at("last intent"));
  EXPECT_EQ(order.size(), 1501U);
  ASSERT_OK(state->verify());
}

TEST(Committer, OneRefusedUnitLeavesTheOthers) {
  Fabric fabric;
  auto state = fabric.open();
  auto writer = writer_of(*state);
  ASSERT_TRUE(claim(*writer, writes({"a", "b"})).granted);
  std::vector<bool> answers;
  auto note = [&](Result<Appended> result) { answers.push_back(result.has_value()); };
  writer->submit({put("a")}, note);
  writer->submit({put("b"), put("not claimed")}, note);
  writer->submit({put("b")}, note);
  writer->submit({}, note);
  ASSERT_OK(writer->end({.outcome = "done"}, {}));
  std::sort(answers.begin(), answers.end());
  EXPECT_EQ(answers, (std::vector<bool>{false, false, true, true}));
  EXPECT_EQ(state->record("b")->value().rev, 1U) << "the refused unit left nothing of itself";
  ASSERT_OK(state->verify());
}

TEST(Committer, NotifiesWhenAnswersAreDue) {
  Fabric fabric;
  auto state = fabric.open();
  auto writer = writer_of(*state);
  std::mutex mutex;
  std::condition_variable changed;
  bool due = false;
  writer->on_ready([&] {
    std::lock_guard lock(mutex);
    due = true;
    changed.notify_all();
  });
  auto here = std::this_thread::get_id();
  bool called = false;
  ASSERT_TRUE(claim(*writer, writes({"a"})).granted);
  writer->submit({put("a")}, [&](Result<Appended> result) { called = result.has_value() && std::this_thread::get_id() == here; });
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return due; });
  lock.unlock();
  while (writer->poll() == 0) std::this_thread::yield();
  EXPECT_TRUE(called);
}

TEST(Committer, UnitsAreBoundedAndLargeOnesGoInParts) {
  Fabric fabric;
  auto state = fabric.open();
  auto writer = writer_of(*state);
  ASSERT_TRUE(claim(*writer, {{.address = "w", .subtree = true}}).granted);
  std::vector<OperationBody> many;
  for (int i = 0; i < 999; ++i) many.push_back(bulky("w[" + std::to_string(i) + "]", 4000));
  ASSERT_OK(writer->append(many));
  many.push_back(bulky("w[999]", 10));
  EXPECT_CODE(writer->append(many), Code::kInvalid);
  ASSERT_OK(writer->append({bulky("w[0]", 5'000'000), bulky("w[1]", 2'000'000)}));
  EXPECT_CODE(writer->append({bulky("w[0]", 70'000'000)}), Code::kInvalid);
  ASSERT_OK(writer->end({.outcome = "done"}, {}));
  auto large = state->record("w[0]");
  ASSERT_OK(large);
  EXPECT_EQ((*large)->driver_data.as_string().size(), 5'000'000U);
  auto frames = state->frames(1, 1000);
  ASSERT_OK(frames);
  for (const auto& one : *frames) {
    EXPECT_LE(one.size(), kMostFrameBytes);
    EXPECT_TRUE(read_frame(one));
  }
  EXPECT_EQ(frames->size(), state->tail()->seq);
  ASSERT_OK(state->verify());
}

TEST(Committer, ManyOutputs) {
  Fabric fabric;
  auto state = fabric.open();
  auto writer = writer_of(*state);
  std::vector<OperationBody> outputs;
  for (int i = 0; i < 2500; ++i) outputs.push_back(put("#output.o" + std::to_string(i)));
  ASSERT_OK(writer->end({.outcome = "done"}, outputs));
  auto snapshot = state->snapshot();
  ASSERT_OK(snapshot);
  EXPECT_EQ(snapshot->outputs.size(), 2500U);
  EXPECT_TRUE(snapshot->records.empty());
  ASSERT_OK(state->verify());
}

TEST(Committer, AnotherFabricBeganMeanwhile) {
  Fabric fabric;
  auto state = fabric.open();
  auto writer = writer_of(*state);
  auto told = writer->fabric_id();
  ASSERT_OK(told);
  ASSERT_TRUE(Child("MapChild.DISABLED_Fills", {{kChildFolder, fabric.dir.path()}, {kChildName, "a"}, {"HOME", fabric.dir.path("home")}}).succeeded());
  EXPECT_CODE(writer->claim(writes({"web"}), {}), Code::kConflict);
  auto again = writer_of(*state);
  EXPECT_NE(*again->fabric_id(), *told);
  EXPECT_TRUE(claim(*again, writes({"web"})).granted);
}

// --- the disk

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

TEST(FolderChild, DISABLED_IsSomebodyElse) {
  ASSERT_TRUE(geteuid() != 0 || setuid(65534) == 0);
  OpenOptions options{.folder = getenv(kChildFolder)};
  EXPECT_CODE(State::open(options, system_clock()), Code::kDenied);
}

TEST(Folder, OfSomebodyElseIsRefused) {
  Fabric fabric;
  fill(fabric);
  std::filesystem::permissions(fabric.dir.path(), std::filesystem::perms(0755));
  std::filesystem::permissions(fabric.state_path(""), std::filesystem::perms(0555));
  for (const char* name : {"data.mdb", "lock.mdb", "open.lock"}) std::filesystem::permissions(fabric.state_path(name), std::filesystem::perms(0444));
  auto before = bytes_of(fabric.state_path("data.mdb"));
  EXPECT_TRUE(Child("FolderChild.DISABLED_IsSomebodyElse", {{kChildFolder, fabric.dir.path()}}).succeeded());
  EXPECT_EQ(bytes_of(fabric.state_path("data.mdb")), before);
  std::filesystem::permissions(fabric.state_path(""), std::filesystem::perms(0700));
}

TEST(Folder, NetworkFileSystemsAreKnownByName) {
  EXPECT_EQ(network_file_system(0x6969), "nfs");
  EXPECT_EQ(network_file_system(0xff534d42), "smb");
  EXPECT_EQ(network_file_system(0xffffffffff534d42), "smb") << "the number is signed on some machines";
  EXPECT_EQ(network_file_system(0x01021997), "9p");
  EXPECT_NE(network_file_system(0x65735546), "");
  EXPECT_EQ(network_file_system(0xef53), "") << "ext4";
  EXPECT_EQ(network_file_system(0x01021994), "") << "tmpfs";
}

TEST(Folder, SecondNamesAndLinksAreRefused) {
  Fabric fabric;
  fill(fabric);
  auto data = fabric.state_path("data.mdb");
  std::filesystem::create_hard_link(data, fabric.dir.path("second"));
  EXPECT_CODE(State::open(fabric.options(false), fabric.clock), Code::kUnsupported);
  std::filesystem::rename(fabric.dir.path("second"), fabric.dir.path("only"));
  std::filesystem::remove(data);
  std::filesystem::create_symlink(fabric.dir.path("only"), data);
  EXPECT_CODE(State::open(fabric.options(false), fabric.clock), Code::kUnsupported);
}

TEST(Folder, EnvironmentsAreNamesNotPaths) {
  Fabric fabric;
  for (const char* name : {"", "../x", "a/b", ".", "A", "a_b"}) {
    auto options = fabric.options();
    options.environment = name;
    EXPECT_CODE(State::open(options, fabric.clock), Code::kInvalid);
  }
  EXPECT_FALSE(std::filesystem::exists(fabric.dir.path(".weft")));
  auto options = fabric.options();
  options.environment = "prod-2";
  ASSERT_OK(State::open(options, fabric.clock));
  EXPECT_TRUE(std::filesystem::exists(fabric.dir.path(".weft/state/prod-2/data.mdb")));
}

TEST(Folder, IsRefusedWhileItIsCompacted) {
  Fabric fabric;
  fill(fabric);
  auto compacting = LockFile::take(fabric.state_path("open.lock"), LockFile::Mode::kExclusive, false);
  ASSERT_OK(compacting);
  EXPECT_CODE(State::open(fabric.options(false), fabric.clock), Code::kUnavailable);
  compacting->drop();
  EXPECT_TRUE(State::open(fabric.options(false), fabric.clock));
}

TEST(Folder, ACopyIsNotWrittenUnasked) {
  Fabric fabric, copy;
  fill(fabric);
  std::filesystem::create_directories(copy.state_path(""));
  std::filesystem::copy_file(fabric.state_path("data.mdb"), copy.state_path("data.mdb"));
  EXPECT_TRUE(State::open(copy.options(false), copy.clock)) << "looking harms nothing";
  EXPECT_CODE(State::open(copy.options(true), copy.clock), Code::kConflict);
  auto options = copy.options(true);
  options.elsewhere = OpenOptions::Elsewhere::kMoved;
  EXPECT_TRUE(State::open(options, copy.clock));
  EXPECT_TRUE(State::open(copy.options(true), copy.clock)) << "said once";
}

TEST(Folder, StaleLockFilesAreSwept) {
  Fabric fabric;
  auto state = fabric.open();
  auto writer = writer_of(*state);
  auto stale = fabric.state_path("runs/" + std::string(32, 'e') + ".lock");
  write_bytes(stale, "");
  auto next = writer_of(*state);
  EXPECT_FALSE(std::filesystem::exists(stale));
  EXPECT_TRUE(std::filesystem::exists(fabric.state_path("runs/" + writer->run() + ".lock"))) << "held ones stay";
  EXPECT_GE(writer->lock_fd(), 0);
  EXPECT_NE(fcntl(writer->lock_fd(), F_GETFD) & FD_CLOEXEC, 0);
}

// --- damage

TEST(Damage, AFlippedByteInTheLogIsSeenAndNothingIsChanged) {
  Fabric fabric;
  fill(fabric, "a needle in the log");
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
    fill(fabric);
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
  fill(fabric);
  tamper(fabric, [](Rows& rows) { rows.put(Table::kMeta, kMetaFormat, std::string("\0\0\0\2", 4)); });
  auto before = bytes_of(fabric.state_path("data.mdb"));
  EXPECT_CODE(State::open(fabric.options(), fabric.clock), Code::kNewer);
  EXPECT_EQ(bytes_of(fabric.state_path("data.mdb")), before);
}

TEST(Damage, ATableThatIsNotTheLogIsFoundByVerify) {
  for (int kind = 0; kind < 3; ++kind) {
    Fabric fabric;
    fill(fabric);
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
  fill(fabric);
  auto data = fabric.state_path("data.mdb");
  auto whole = bytes_of(data);
  write_bytes(data, whole.substr(0, whole.size() / 2));
  EXPECT_CODE(State::open(fabric.options(), fabric.clock), Code::kCorrupt);
  write_bytes(data, std::string(whole.size(), 'g'));
  EXPECT_CODE(State::open(fabric.options(), fabric.clock), Code::kCorrupt);
}

}  // namespace
}  // namespace weft::state::test
