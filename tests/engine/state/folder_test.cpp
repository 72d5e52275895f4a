// The folder of a state: whose it is, its file system, its locks and its names.
#include <fcntl.h>
#include <unistd.h>

#include <filesystem>

#include "engine/state/lock_file.h"
#include "engine/state/state_folder.h"
#include "tests/engine/state/child.h"
#include "tests/engine/state/support.h"

namespace weft::state::test {
namespace {

TEST(FolderChild, DISABLED_IsSomebodyElse) {
  ASSERT_TRUE(geteuid() != 0 || setuid(65534) == 0);
  OpenOptions options{.folder = getenv(kChildFolder)};
  EXPECT_CODE(State::open(options, system_clock()), Code::kDenied);
}

TEST(Folder, OfSomebodyElseIsRefused) {
  Fabric fabric;
  finished_run(fabric);
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
  finished_run(fabric);
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
  finished_run(fabric);
  auto compacting = LockFile::take(fabric.state_path("open.lock"), LockFile::Mode::kExclusive, false);
  ASSERT_OK(compacting);
  EXPECT_CODE(State::open(fabric.options(false), fabric.clock), Code::kUnavailable);
  compacting->drop();
  EXPECT_TRUE(State::open(fabric.options(false), fabric.clock));
}

TEST(Folder, ACopyIsNotWrittenUnasked) {
  Fabric fabric, copy;
  finished_run(fabric);
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

}  // namespace
}  // namespace weft::state::test
