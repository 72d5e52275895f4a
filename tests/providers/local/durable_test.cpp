// What is made or taken away is made durable: the folder that names it is synced.
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <set>

#include "providers/local/disk.h"
#include "tests/providers/local/fixture.h"

namespace weft::local {
namespace {

// Folders and files that were synced, by path.
auto synced() -> std::set<std::string>& {
  static std::set<std::string> paths;
  return paths;
}

}  // namespace
}  // namespace weft::local

// In the place of the C library's, for this test program.
extern "C" int fsync(int fd) {
  std::string link = "/proc/self/fd/" + std::to_string(fd);
  if (char* path = realpath(link.c_str(), nullptr); path != nullptr) {
    weft::local::synced().insert(path);
    std::free(path);
  }
  return static_cast<int>(syscall(SYS_fsync, fd));
}

namespace weft::local {
namespace {

class DurableTest : public LocalTest {
 protected:
  void SetUp() override {
    char* real = realpath(folder.path().c_str(), nullptr);
    ASSERT_NE(real, nullptr);
    root = real;
    std::free(real);
    synced().clear();
  }
  std::string root;
};

TEST_F(DurableTest, NewFoldersAreNamedForGood) {
  ASSERT_TRUE(make_parents(root + "/a/b/file", "fab", "op"));
  EXPECT_TRUE(synced().contains(root)) << "names a";
  EXPECT_TRUE(synced().contains(root + "/a")) << "names b";
}

TEST_F(DurableTest, WhatIsRemovedStaysRemoved) {
  folder.write("f", "x");
  ASSERT_TRUE(remove_file(root + "/f"));
  EXPECT_TRUE(synced().contains(root));
  synced().clear();
  auto again = remove_file(root + "/f");
  ASSERT_TRUE(again);
  EXPECT_FALSE(*again);
}

TEST_F(DurableTest, DirectoriesToo) {
  auto made = desk.create("local.Directory", o({{"path", s("d")}}));
  ASSERT_TRUE(made.has_value());
  EXPECT_TRUE(synced().contains(root));
  synced().clear();
  ASSERT_TRUE(desk.change(desk.step(driver::Change::kRemove, *made, Value::null())).has_value());
  EXPECT_TRUE(synced().contains(root));
}

}  // namespace
}  // namespace weft::local
