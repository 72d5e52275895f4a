#include "lang/os/files.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <thread>

#include "tests/support/temp_dir.h"

namespace weft {
namespace {

class FilesTest : public testing::Test {
 protected:
  test::TempDir dir;
  Files& files = real_files();
};

TEST_F(FilesTest, ReadsWithinItsBound) {
  std::string path = dir.write("a", "12345");
  EXPECT_EQ(files.read(path, 5).value(), "12345");
  auto too_big = files.read(path, 4);
  EXPECT_EQ(too_big.error().code, Code::kInvalid);
  EXPECT_NE(too_big.error().text.find("more than 4 bytes"), std::string::npos);
  EXPECT_EQ(files.read(dir.write("empty", ""), 0).value(), "");
}

TEST_F(FilesTest, ReadsFilesThatSayNoSize) {
  EXPECT_GT(files.read("/proc/self/status", 1U << 20).value().size(), 100U);
  EXPECT_FALSE(files.read("/proc/self/status", 10).has_value());
}

TEST_F(FilesTest, RefusesWhatIsNoPlainFile) {
  EXPECT_EQ(files.read(dir.path(), 10).error().code, Code::kInvalid);
  auto missing = files.read(dir.path("none"), 10);
  EXPECT_EQ(missing.error().code, Code::kNotFound);
  EXPECT_EQ(missing.error().text, "reading " + dir.path("none") + ": no such file or directory");
  ASSERT_EQ(mkfifo(dir.path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(files.read(dir.path("pipe"), 10).error().code, Code::kInvalid);  // and does not wait for a writer
}

TEST_F(FilesTest, WritesAllOrNothingWithTheModeAskedFor) {
  std::string path = dir.path("a");
  ASSERT_TRUE(files.write_atomic(path, "one", 0666).has_value());
  EXPECT_EQ(files.info(path)->mode, 0666U);
  std::filesystem::create_hard_link(path, dir.path("old"));
  ASSERT_TRUE(files.write_atomic(path, "two", 0600).has_value());
  EXPECT_EQ(dir.read("a"), "two");
  EXPECT_EQ(dir.read("old"), "one") << "the old file was written to instead of replaced";
  EXPECT_EQ(files.info(path)->mode, 0600U);
  EXPECT_EQ(files.list(dir.path())->size(), 2U) << "something was left beside";
}

TEST_F(FilesTest, WritesIntoAPipeInsteadOfReplacingIt) {
  std::string pipe = dir.path("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  int both = ::open(pipe.c_str(), O_RDWR | O_CLOEXEC);  // so that nobody waits for its other end
  ASSERT_GE(both, 0);
  ASSERT_TRUE(files.write_atomic(pipe, "one", 0644).has_value());
  std::array<char, 8> got{};
  EXPECT_EQ(::read(both, got.data(), got.size()), 3);
  ::close(both);
  EXPECT_EQ(std::string(got.data()), "one");
  EXPECT_EQ(files.link_info(pipe)->kind, FileKind::kOther);
}

// Opening a pipe waits for its other end, and nobody may ever come.
TEST_F(FilesTest, APipeThatNobodyReadsIsRefused) {
  std::string pipe = dir.path("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  auto written = files.write_atomic(pipe, "one", 0644);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().text, "writing " + pipe + ": nobody reads from it");
}

// More than a pipe holds: the writer waits for its reader.
TEST_F(FilesTest, APipeTakesItAllFromAReaderThatIsSlow) {
  std::string pipe = dir.path("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  int reading = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  ASSERT_GE(reading, 0);
  ASSERT_EQ(::fcntl(reading, F_SETFL, 0), 0);
  std::string got, all(300'000, 'x');
  std::atomic<bool> ended = false;
  bool written = false;
  std::thread writer([&] {
    written = files.write_atomic(pipe, all, 0644).has_value();
    ended = true;
  });
  std::array<char, 4096> piece{};
  while (got.size() < all.size()) {
    bool last = ended;
    ssize_t n = ::read(reading, piece.data(), piece.size());
    if (n < 0 || (n == 0 && last)) break;
    got.append(piece.data(), static_cast<size_t>(n));
  }
  writer.join();
  ::close(reading);
  EXPECT_TRUE(written);
  EXPECT_EQ(got, all);
}

TEST_F(FilesTest, AWriteThatFailsLeavesNothing) {
  dir.write("full/kept", "x");
  EXPECT_EQ(files.write_atomic(dir.path("none/a"), "x", 0600).error().code, Code::kNotFound);
  EXPECT_FALSE(files.write_atomic(dir.path("full"), "x", 0600).has_value());  // a folder is not replaced
  EXPECT_EQ(files.list(dir.path())->size(), 1U);
}

TEST_F(FilesTest, ALinkIsFollowedAndStays) {
  dir.write("real", "one");
  ASSERT_EQ(symlink("real", dir.path("link").c_str()), 0);
  ASSERT_TRUE(files.write_atomic(dir.path("link"), "two", 0600).has_value());
  EXPECT_EQ(dir.read("real"), "two");
  EXPECT_EQ(files.link_info(dir.path("link"))->kind, FileKind::kLink);
  EXPECT_EQ(files.info(dir.path("link"))->kind, FileKind::kFile);
  EXPECT_EQ(files.canonical(dir.path("link")).value(), dir.path("real"));
}

TEST_F(FilesTest, ListsByName) {
  dir.write("b", "");
  dir.write("a/x", "");
  dir.write(".hidden", "");
  auto entries = files.list(dir.path()).value();
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[0].name, ".hidden");
  EXPECT_EQ(entries[1].name, "a");
  EXPECT_EQ(entries[1].kind, FileKind::kFolder);
  EXPECT_EQ(entries[2].kind, FileKind::kFile);
  EXPECT_EQ(files.list(dir.path("none")).error().code, Code::kNotFound);
}

TEST_F(FilesTest, MakesAndRemoves) {
  ASSERT_TRUE(files.make_dir(dir.path("a/b/c"), 0700).has_value());
  ASSERT_TRUE(files.make_dir(dir.path("a/b/c"), 0700).has_value());
  EXPECT_EQ(files.info(dir.path("a/b"))->mode, 0700U);
  dir.write("file", "");
  EXPECT_EQ(files.make_dir(dir.path("file"), 0700).error().code, Code::kExists);
  EXPECT_FALSE(files.make_dir(dir.path("file/x"), 0700).has_value());
  EXPECT_EQ(files.remove(dir.path("a/b")).error().code, Code::kExists);  // not empty
  EXPECT_TRUE(files.remove(dir.path("a/b/c")).has_value());
  EXPECT_FALSE(files.exists(dir.path("a/b/c")));
  EXPECT_EQ(files.remove(dir.path("none")).error().code, Code::kNotFound);
  ASSERT_TRUE(files.set_mode(dir.path("file"), 0444).has_value());
  EXPECT_EQ(files.info(dir.path("file"))->mode, 0444U);
}

TEST_F(FilesTest, WalksWithinItsBounds) {
  for (const char* name : {"b.txt", "a/x", "a/y/z", "skip/me", "a.txt"}) dir.write(name, "");
  ASSERT_EQ(symlink(dir.path().c_str(), dir.path("loop").c_str()), 0);
  auto found = walk(files, dir.path(), {}, [](std::string_view path) { return path == "skip"; });
  EXPECT_EQ(found.value(), (std::vector<std::string>{"a.txt", "a/x", "a/y/z", "b.txt", "loop"}));
  EXPECT_FALSE(walk(files, dir.path(), {.most_entries = 3, .most_depth = 9}).has_value());
  EXPECT_FALSE(walk(files, dir.path(), {.most_entries = 99, .most_depth = 1}).has_value());
  EXPECT_TRUE(walk(files, dir.path(), {.most_entries = 99, .most_depth = 2}).has_value());
}

TEST(Paths, AreNamesOnly) {
  EXPECT_EQ(join_path("a", "b"), "a/b");
  EXPECT_EQ(join_path("a/", "b"), "a/b");
  EXPECT_EQ(join_path(".", "b"), "b");
  EXPECT_EQ(join_path("", "b"), "b");
  EXPECT_EQ(join_path("a", "/b"), "/b");
  EXPECT_EQ(join_path("a", ""), "a");
  EXPECT_EQ(join_path("/", "b"), "/b");
  EXPECT_EQ(folder_of("a/b.c"), "a");
  EXPECT_EQ(folder_of("b.c"), ".");
  EXPECT_EQ(folder_of("/b"), "/");
  EXPECT_EQ(folder_of("a/b/"), "a");
  EXPECT_EQ(folder_of("/"), "/");
  EXPECT_EQ(folder_of("a//b"), "a");
  EXPECT_EQ(file_name("a/b.c"), "b.c");
  EXPECT_EQ(file_name("b/"), "b");
  EXPECT_EQ(file_name("/"), "/");
}

}  // namespace
}  // namespace weft
