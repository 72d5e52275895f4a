// net.*, time.*, semver.*, path.*, file.*, template.*
#include "tests/stdlib/functions/tables.h"

namespace weft::testing {
namespace {

TEST(NetTest, Subnet) {
  expect_equal({
      {"net.subnet(\"10.1.2.3/24\", 0, 0)", "\"10.1.2.0/24\""},
      {"net.subnet(\"0.0.0.0/0\", 32, 4294967295)", "\"255.255.255.255/32\""},
      {"net.subnet(\"fd00:1::/48\", 16, 162)", "\"fd00:1:0:a2::/64\""},
      {"net.subnet(\"::/0\", 128, 1)", "\"::1/128\""},
      {"net.subnet(\"::/0\", 1, 1)", "\"8000::/1\""},
      {"net.subnet(\"::/0\", 0, 0)", "\"::/0\""},
      {"net.subnet(\"::/0\", 127, 9223372036854775807)", "\"::ffff:ffff:ffff:fffe/127\""},
  });
  expect_failure({
      {"net.subnet(\"10.0.0.0/16\", 4, 16)",
       "`net.subnet`: there is no network number 16; with 4 bits they go from 0 to 15"},
      {"net.subnet(\"10.0.0.0/16\", 4, -1)",
       "`net.subnet`: there is no network number -1; with 4 bits they go from 0 to 15"},
      {"net.subnet(\"10.0.0.0/30\", 3, 0)",
       "`net.subnet`: 3 more bits do not fit in 10.0.0.0/30, which has 2 left"},
      {"net.subnet(\"10.0.0.0/16\", -1, 0)",
       "`net.subnet`: -1 more bits do not fit in 10.0.0.0/16, which has 16 left"},
  });
  for (const auto* bad : {"", "10.0.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/08", "10.0.0/8",
                          "10.0.0.256/8", "010.0.0.0/8", "::/129", "x/8", "10.0.0.0/-1", "10.0.0.0/8 "}) {
    auto value = evaluate("net.subnet(n, 1, 0)", {{"n", Value::string(bad)}});
    ASSERT_FALSE(value.has_value()) << bad;
    EXPECT_NE(value.error().text.find("is no network such as"), std::string::npos) << bad;
  }
  EXPECT_FALSE(
      evaluate("net.subnet(n, 1, 0)", {{"n", Value::string(std::string("10.0.0.0\0x/8", 12))}}).has_value());
}

TEST(NetTest, Subnets) {
  expect_equal({
      {"net.subnets(\"10.0.0.0/16\", [])", "[]"},
      {"net.subnets(\"10.0.0.0/16\", [8, 4, 8])", "[\"10.0.0.0/24\", \"10.0.16.0/20\", \"10.0.32.0/24\"]"},
      {"net.subnets(\"10.0.0.0/16\", [1, 1])", "[\"10.0.0.0/17\", \"10.0.128.0/17\"]"},
      {"net.subnets(\"10.0.0.0/16\", [0])", "[\"10.0.0.0/16\"]"},
      {"net.subnets(\"fd00::/56\", [8, 8])", "[\"fd00::/64\", \"fd00:0:0:1::/64\"]"},
      {"net.subnets(\"::/0\", [1, 1])", "[\"::/1\", \"8000::/1\"]"},
      {"net.subnets(\"255.255.255.0/24\", [1, 1])", "[\"255.255.255.0/25\", \"255.255.255.128/25\"]"},
  });
  expect_failure({
      {"net.subnets(\"10.0.0.0/16\", [1, 1, 1])", "`net.subnets`: they do not all fit in 10.0.0.0/16"},
      {"net.subnets(\"10.0.0.0/16\", [2, 1, 1])", "`net.subnets`: they do not all fit in 10.0.0.0/16"},
      {"net.subnets(\"::/0\", [0, 1])", "`net.subnets`: they do not all fit in ::/0"},
      {"net.subnets(\"::/0\", [1, 2, 1])", "`net.subnets`: they do not all fit in ::/0"},
      {"net.subnets(\"10.0.0.0/30\", [3])",
       "`net.subnets`: 3 more bits do not fit in 10.0.0.0/30, which has 2 left"},
  });
}

TEST(NetTest, HostMaskContains) {
  expect_equal({
      {"net.host(\"10.0.0.0/24\", -1)", "\"10.0.0.255\""},
      {"net.host(\"10.0.0.0/24\", -256)", "\"10.0.0.0\""},
      {"net.host(\"10.0.0.7/32\", 0)", "\"10.0.0.7\""},
      {"net.host(\"fd00::/64\", 255)", "\"fd00::ff\""},
      {"net.host(\"::/0\", -1)", "\"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff\""},
      {"net.netmask(\"0.0.0.0/0\")", "\"0.0.0.0\""},
      {"net.netmask(\"1.2.3.4/32\")", "\"255.255.255.255\""},
      {"net.netmask(\"fd00::/48\")", "\"ffff:ffff:ffff::\""},
      {"net.contains(\"10.0.0.0/24\", \"10.0.0.255\")", "true"},
      {"net.contains(\"10.0.0.0/24\", \"10.0.1.0\")", "false"},
      {"net.contains(\"10.0.0.0/24\", \"10.0.0.0/23\")", "false"},
      {"net.contains(\"::/0\", \"10.0.0.1\")", "false"},
      {"net.contains(\"0.0.0.0/0\", \"10.0.0.1\")", "true"},
      {"net.family(\"10.0.0.1\")", "4"},
      {"net.normalize(\"10.1.2.3/8\")", "\"10.0.0.0/8\""},
      {"net.normalize(\"2001:0DB8::0:1\")", "\"2001:db8::1\""},
      {"net.range(\"fd00::/126\")", "{ first = \"fd00::\", last = \"fd00::3\" }"},
  });
  expect_failure({
      {"net.host(\"10.0.0.0/24\", 256)", "`net.host`: 10.0.0.0/24 has no host number 256"},
      {"net.host(\"10.0.0.0/24\", -257)", "`net.host`: 10.0.0.0/24 has no host number -257"},
      {"net.contains(\"10.0.0.0/24\", \"x\")", "`net.contains`: \"x\" is no address"},
  });
}

TEST(TimeTest, AddAndCompare) {
  expect_equal({
      {"time.add(\"2023-12-31T23:59:59.5Z\", 500ms)", "\"2024-01-01T00:00:00Z\""},
      {"time.add(\"2024-03-01T00:00:00+02:00\", -24h)", "\"2024-02-29T00:00:00+02:00\""},
      {"time.add(\"1969-12-31T23:59:59Z\", 1ns)", "\"1969-12-31T23:59:59.000000001Z\""},
      {"time.add(\"2024-01-01t00:00:00.25z\", -1s)", "\"2023-12-31T23:59:59.25Z\""},
      {"time.compare(\"2024-01-01T00:00:00.1Z\", \"2024-01-01T00:00:00.10Z\")", "0"},
      {"time.compare(\"2024-01-01T00:00:00Z\", \"2024-01-01T00:00:00-01:00\")", "-1"},
      {"time.compare(\"2024-01-01T00:00:00.2Z\", \"2024-01-01T00:00:00.1Z\")", "1"},
  });
  for (const auto* bad : {"", "2024-01-01", "2024-02-30T00:00:00Z", "2024-13-01T00:00:00Z",
                          "2024-01-01T24:00:00Z", "2024-01-01T00:00:60Z", "2024-01-01T00:00:00",
                          "2024-01-01T00:00:00.Z", "2024-01-01T00:00:00.1234567890Z",
                          "2024-01-01T00:00:00+0200", "2024-01-01T00:00:00Zx", "24-01-01T00:00:00Z"}) {
    auto value = evaluate("time.add(t, 1s)", {{"t", Value::string(bad)}});
    ASSERT_FALSE(value.has_value()) << bad;
    EXPECT_NE(value.error().text.find("is no time such as"), std::string::npos) << bad;
  }
  expect_failure({{"time.add(\"9999-12-30T00:00:00Z\", 999d)",
                   "`time.add`: the result is not in the years 0000 to 9999"}});
}

TEST(TimeTest, FormatAndParse) {
  expect_equal({
      {"time.format(\"2024-02-05T00:07:09-05:30\", \"YYYY YY MMMM MMM MM M DD D EEEE EEE hh h HH H AA aa mm "
       "m ss s ZZZZZ ZZZZ ZZZ Z\")",
       "\"2024 24 February Feb 02 2 05 5 Monday Mon 00 0 12 12 AM am 07 7 09 9 -05:30 -0530 -0530 -05:30\""},
      {"time.format(\"2024-02-05T13:00:00Z\", \"'day' D 'o''clock' H aa ZZZ Z\")",
       "\"day 5 o'clock 1 pm UTC Z\""},
      {"time.parse(\"Mon, 5 Feb 2024 1:07 pm +0100\", \"EEE, D MMM YYYY H:mm aa ZZZZ\")",
       "\"2024-02-05T13:07:00+01:00\""},
      {"time.parse(\"12 AM\", \"HH AA\")", "\"1970-01-01T00:00:00Z\""},
      {"time.parse(\"20240205\", \"YYYYMMDD\")", "\"2024-02-05T00:00:00Z\""},
      {"time.parse(\"2024-02-05T13:07:00Z\", \"YYYY-MM-DD'T'hh:mm:ssZ\")", "\"2024-02-05T13:07:00Z\""},
      {"time.parse(\"february\", \"MMMM\")", "\"1970-02-01T00:00:00Z\""},
  });
  expect_failure({
      {"time.parse(\"x\", \"YYYY\")", "`time.parse`: \"x\" is no time in the format \"YYYY\""},
      {"time.parse(\"2024-02-30\", \"YYYY-MM-DD\")",
       "`time.parse`: \"2024-02-30\" is no time in the format \"YYYY-MM-DD\""},
      {"time.parse(\"2024 \", \"YYYY\")", "`time.parse`: \"2024 \" is no time in the format \"YYYY\""},
      {"time.parse(\"13 PM\", \"HH AA\")", "`time.parse`: \"13 PM\" is no time in the format \"HH AA\""},
      {"time.format(\"2024-02-05T00:00:00Z\", \"'x\")", "`time.format`: a quote in the format is not closed"},
  });
  for (const auto* bad : {"YYY", "q", "DDD", "ZZ", "A", "EE", "MMMMM"}) {
    auto value = evaluate("time.format(\"2024-02-05T00:00:00Z\", f)", {{"f", Value::string(bad)}});
    ASSERT_FALSE(value.has_value()) << bad;
    EXPECT_NE(value.error().text.find("is no field of a format"), std::string::npos) << bad;
  }
}

TEST(SemverTest, Compare) {
  // In the order of semver.org, each below the next.
  const char* kOrder[] = {"0.9.9",      "1.0.0-alpha",  "1.0.0-alpha.1", "1.0.0-alpha.beta",
                          "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",
                          "1.0.0",      "1.0.1",        "1.2.0",         "1.10.0",
                          "2.0.0"};
  for (size_t i = 0; i < std::size(kOrder); ++i) {
    for (size_t j = 0; j < std::size(kOrder); ++j) {
      auto value = evaluate("semver.compare(a, b)",
                            {{"a", Value::string(kOrder[i])}, {"b", Value::string(kOrder[j])}});
      EXPECT_EQ(value->as_int(), i < j ? -1 : i > j ? 1 : 0) << kOrder[i] << " " << kOrder[j];
    }
  }
  expect_equal({{"semver.compare(\"v1.0.0+a\", \"1.0.0+b\")", "0"}});
  for (const auto* bad :
       {"1", "1.2", "1.2.3.4", "01.2.3", "1.2.3-", "1.2.3-01", "1.2.3+", "1.2.x", "a.b.c", "1.2.3-a_b", ""}) {
    EXPECT_FALSE(evaluate("semver.compare(a, \"1.0.0\")", {{"a", Value::string(bad)}}).has_value()) << bad;
  }
}

TEST(SemverTest, Satisfies) {
  struct Case {
    const char* version;
    const char* requirement;
    bool answer;
  };
  const Case kCases[] = {
      {"1.4.2", "^1.4", true},
      {"2.0.0", "^1.4", false},
      {"1.3.9", "^1.4", false},
      {"2.0.0-rc.1", "^1.4", false},
      {"0.2.5", "^0.2.3", true},
      {"0.3.0", "^0.2.3", false},
      {"0.0.3", "^0.0.3", true},
      {"0.0.4", "^0.0.3", false},
      {"0.9.0", "^0", true},
      {"1.0.0", "^0", false},
      {"1.4.9", "~1.4.2", true},
      {"1.5.0", "~1.4.2", false},
      {"1.9.0", "~1", true},
      {"1.4.0", ">= 1.2, < 1.5", true},
      {"1.5.0", ">= 1.2, < 1.5", false},
      {"1.2.9", "> 1.2", false},
      {"1.3.0", "> 1.2", true},
      {"1.2.9", "<= 1.2", true},
      {"1.3.0", "<= 1.2", false},
      {"1.2.3", "1.2.3", true},
      {"1.2.4", "= 1.2.3", false},
      {"1.2.4", "1.2.x", true},
      {"1.3.0", "1.2.*", false},
      {"7.0.0", "*", true},
      {"1.2.3", "!= 1.2.3", false},
      {"1.2.4", "!= 1.2.3", true},
      {"1.2.3-rc.1", ">= 1.2.3-rc.0", true},
      {"1.2.4-rc.1", ">= 1.2.3-rc.0", false},
      {"1.2.3-rc.1", "*", false},
  };
  for (const auto& one : kCases) {
    auto value = evaluate("semver.satisfies(v, r)",
                          {{"v", Value::string(one.version)}, {"r", Value::string(one.requirement)}});
    ASSERT_TRUE(value.has_value()) << one.requirement << value.error().text;
    EXPECT_EQ(value->as_bool(), one.answer) << one.version << " " << one.requirement;
  }
  expect_failure(
      {{"semver.satisfies(\"1.0.0\", \"^a\")",
        "`semver.satisfies`: \"^a\" is no requirement such as `^1.4`, `~1.4.2`, `>= 1.2` or `1.x`"},
       {"semver.satisfies(\"1.0.0\", \"\")",
        "`semver.satisfies`: \"\" is no requirement such as `^1.4`, `~1.4.2`, `>= 1.2` or `1.x`"}});
}

TEST(PathTest, Parts) {
  expect_equal({
      {"path.join()", "\"\""},
      {"path.join(\"\", \"a\", \"\", \"b\")", "\"a/b\""},
      {"path.join(\"/\", \"../etc\")", "\"/etc\""},
      {"path.join(\"..\", \"..\", \"a\")", "\"../../a\""},
      {"path.join(\"a\", \"..\")", "\".\""},
      {"path.base(\"/\")", "\"/\""},
      {"path.base(\"a/b/\")", "\"b\""},
      {"path.dir(\"/a\")", "\"/\""},
      {"path.dir(\"a\")", "\".\""},
      {"path.ext(\"a.b/c\")", "\"\""},
      {"path.ext(\".bashrc\")", "\"\""},
      {"path.ext(\"x.tar.gz\")", "\".gz\""},
  });
}

TEST(FileTest, ReadThroughTheContext) {
  expect_equal({
      {"file.exists(\"notes.txt\")", "true"},
      {"file.bytes(\"binary.dat\")", "\"/wA=\""},
      {"template.text(\"a\", {})", "\"a\""},
  });
  expect_failure({
      {"file.text(\"nowhere\")", "`nowhere` is not there"},
      {"file.text(\"binary.dat\")",
       "`file.text`: \"binary.dat\" is no UTF-8 text; `file.bytes` reads any file, as base64"},
      {"template.file(\"binary.dat\", {})",
       "`template.file`: \"binary.dat\" is no UTF-8 text; `file.bytes` reads any file, as base64"},
      {"template.text(\"a\", [1])", "`template.text`: the names are a list; they are an object"},
  });
}

}  // namespace
}  // namespace weft::testing
