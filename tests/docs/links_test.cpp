// Links between pages lead somewhere: to a file or folder that is there, and to a heading that it has.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>

#include "tests/docs/markdown.h"

namespace weft::test {
namespace {

namespace fs = std::filesystem;

TEST(Documentation, LinksLeadSomewhere) {
  auto documents = all_markdown();
  std::map<std::string, const Document*> by_name;
  for (const auto& document : documents) by_name[document.name] = &document;
  size_t links = 0;
  for (const auto& document : documents) {
    for (const auto& link : document.links) {
      if (link.target.find("://") != std::string::npos || link.target.starts_with("mailto:")) continue;
      SCOPED_TRACE(document.name + ":" + std::to_string(link.line) + ": " + link.target);
      ++links;
      size_t hash = link.target.find('#');
      std::string path = link.target.substr(0, hash);
      std::string name = document.name;
      if (!path.empty()) {
        name = (fs::path(document.name).parent_path() / path).lexically_normal().string();
        EXPECT_TRUE(fs::exists(fs::path(WEFT_SOURCE_DIR) / name)) << name << " is not there";
      }
      if (hash == std::string::npos) continue;
      auto target = by_name.find(name);
      if (target == by_name.end()) {
        ADD_FAILURE() << "a heading of what is no page";
        continue;
      }
      const auto& anchors = target->second->anchors;
      EXPECT_NE(std::ranges::find(anchors, link.target.substr(hash + 1)), anchors.end()) << "no such heading";
    }
  }
  EXPECT_GT(links, 20U) << "hardly any link was looked at";
}

}  // namespace
}  // namespace weft::test
