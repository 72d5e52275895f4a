// Records as people read them, those too of which little is known.
#include "engine/view/state_text.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace weft::draw {
namespace {

// As `weft adopt` leaves it where something differs: nothing was written.
auto adopted() -> state::Record {
  state::Record record;
  record.address = "page";
  record.type = "local.File";
  record.provider = "local";
  record.identity = Value::object({{"path", Value::string("page.txt")}});
  record.observed = Value::object({{"content", Value::string("as found")}});
  return record;
}

TEST(StateText, ARecordToWhichNothingWasWrittenIsShown) {
  auto record = adopted();
  auto text = state_show_text({.record = &record}, false, {});
  EXPECT_NE(text.find("as found"), std::string::npos) << text;
  auto members = record_members(record, false);
  EXPECT_NE(members.find("\"written\":null"), std::string::npos) << members;
}

TEST(StateText, WhatIsKeptOnlyAsADigestIsNotShownAsIfItWereAValue) {
  auto record = adopted();
  record.observed = Value();
  record.applied = Value::object({{"key", Value::object({{"$digest", Value::bytes("\x01\x02\x03")}})},
                                  {"list", Value::list({Value::object({{"$digest", Value::bytes("\x01")}})})}});
  for (bool reveal : {false, true}) {
    auto text = state_show_text({.record = &record}, reveal, {});
    EXPECT_EQ(text.find("digest\""), std::string::npos) << text;
    EXPECT_EQ(text.find("$digest"), std::string::npos) << text;
    EXPECT_EQ(text.find("kept only as a digest") != std::string::npos, reveal) << text;
    EXPECT_EQ(record_members(record, reveal).find("$digest"), std::string::npos);
  }
}

TEST(StateText, WhereItIsDeclaredAndWhatItIsWrittenAs) {
  auto record = adopted();
  record.applied = Value::object({{"path", Value::string("page.txt")}});
  auto text = state_show_text({.record = &record, .declared = "main.fabric:7", .from = {{"path", "folder.path"}}}, false, {});
  EXPECT_NE(text.find("declared  main.fabric:7      provider  local"), std::string::npos) << text;
  EXPECT_NE(text.find("\"page.txt\"  from folder.path"), std::string::npos) << text;
}

TEST(StateText, AListFitsTheTerminal) {
  std::vector<state::Record> records;
  for (const char* name : {"short", "network.subnet[us-east-2a]"}) {
    records.push_back(adopted());
    records.back().address = name;
    records.back().identity = Value::object({{"path", Value::string(std::string(40, 'x'))}});
  }
  for (uint16_t width : {40, 60, 80, 100}) {
    Look look;
    look.width = width;
    auto text = state_list_text(records, {}, look);
    for (size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
      auto line = text.substr(at, text.find('\n', at) - at);
      EXPECT_LE(line.size(), std::max<size_t>(width, 44)) << text;
    }
    // What is left out is named; ids never are, and are never cut.
    for (const char* part : {"ADDRESS", "CHANGED", "network.subnet[us-east-2a]"}) EXPECT_NE(text.find(part), std::string::npos) << text;
    EXPECT_NE(text.find(std::string(40, 'x') + (width < 80 ? "\n" : "")), std::string::npos) << text;
    EXPECT_EQ(text.find("local.File") == std::string::npos, text.find("Too narrow for TYPE, VERSION, CHANGED.\n") != std::string::npos) << text;
    // A record is one line, with the heading and what was left out.
    if (width >= 80) {
      EXPECT_EQ(std::ranges::count(text, '\n'), width == 80 ? 4 : 3) << text;
    }
  }
  Look wide;
  EXPECT_EQ(std::ranges::count(state_list_text(records, {}, wide), '\n'), 3) << "without a terminal nothing is broken";
}

TEST(StateText, ARecordOfWhichNothingIsKnownIsShown) {
  state::Record record;
  record.address = "half";
  record.type = "local.File";
  EXPECT_NE(state_show_text({.record = &record}, false, {}).find("half"), std::string::npos);
  EXPECT_NE(record_members(record, true).find("\"attributes\":{}"), std::string::npos) << record_members(record, true);
  EXPECT_NE(state_list_text({record}, {}, {}).find("half"), std::string::npos);
}

}  // namespace
}  // namespace weft::draw
