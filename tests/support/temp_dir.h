// A fresh folder that goes with everything in it when the test ends.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "lang/base/check.h"

namespace weft::test {

class TempDir {
 public:
  TempDir() {
    std::string pattern = (std::filesystem::temp_directory_path() / "weft-test-XXXXXX").string();
    CHECK(mkdtemp(pattern.data()) != nullptr);
    // Without links in it, so that canonical paths compare equal.
    path_ = std::filesystem::canonical(pattern).string();
  }
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDir(const TempDir&) = delete;
  auto operator=(const TempDir&) -> TempDir& = delete;

  [[nodiscard]] auto path() const -> const std::string& { return path_; }
  [[nodiscard]] auto path(std::string_view name) const -> std::string { return path_ + '/' + std::string(name); }

  // Writes a file, with the folders that it needs; gives its path.
  auto write(std::string_view name, std::string_view bytes) const -> std::string {
    std::filesystem::path file = path(name);
    std::filesystem::create_directories(file.parent_path());
    std::ofstream out(file, std::ios::binary);
    out << bytes;
    CHECK(out.flush().good());
    return file.string();
  }
  [[nodiscard]] auto read(std::string_view name) const -> std::string {
    std::ifstream in(path(name), std::ios::binary);
    CHECK(in.good());
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
  }

 private:
  std::string path_;
};

}  // namespace weft::test
