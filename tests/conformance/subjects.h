// The drivers under the harness. A new one adds a line here and a file like local_subject.h.
#pragma once

#include "tests/conformance/fake_subject.h"
#include "tests/conformance/http_subject.h"
#include "tests/conformance/local_subject.h"

namespace weft::conformance {

inline auto subjects() { return ::testing::Values(&make_fake_subject, &make_local_subject, &make_http_subject); }

inline auto subject_name(const ::testing::TestParamInfo<MakeSubject>& info) -> std::string {
  return info.param()->name();
}

}  // namespace weft::conformance

// The tests of this file, for every driver.
#define FOR_EVERY_DRIVER(suite) \
  INSTANTIATE_TEST_SUITE_P(Drivers, suite, subjects(), subject_name)
