// Parts of a page that are made by the program: between `<!-- NAME … -->` and `<!-- end of NAME -->`. With WEFT_ACCEPT
// (tests/accept) they are written instead of compared.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

namespace weft::test {

inline void expect_section(const std::string& page, std::string_view name, const std::string& wanted) {
  std::string path = std::string(WEFT_SOURCE_DIR) + "/" + page;
  std::ifstream in(path, std::ios::binary);
  std::ostringstream stream;
  stream << in.rdbuf();
  std::string text = stream.str();
  size_t begin = text.find("<!-- " + std::string(name));
  size_t end = text.find("<!-- end of " + std::string(name) + " -->\n");
  ASSERT_NE(begin, std::string::npos) << page << " has no section " << name;
  ASSERT_NE(end, std::string::npos) << page << " has no end of section " << name;
  begin = text.find('\n', begin) + 1;
  std::string found = text.substr(begin, end - begin);
  if (found == wanted) return;
  if (std::getenv("WEFT_ACCEPT") == nullptr) {
    ADD_FAILURE() << page << ": the section " << name << " is not as it would be made now; tests/accept writes it\n" << wanted;
    return;
  }
  std::ofstream(path, std::ios::binary) << text.substr(0, begin) << wanted << text.substr(end);
}

}  // namespace weft::test
