// Records as people read them, those too of which little is known.
#include "engine/view/state_text.h"

#include <gtest/gtest.h>

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
