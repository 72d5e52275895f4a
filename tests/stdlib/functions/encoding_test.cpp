#include "tests/stdlib/functions/tables.h"

namespace weft::testing {
namespace {

TEST(JsonTest, BothWays) {
  expect_equal({
      {"json.encode([1.0, 1h, 20GiB, true])", "\"[1,\\\"1h\\\",\\\"20GiB\\\",true]\""},
      {"json.encode(to.set([2, 1]))", "\"[1,2]\""},
      {"json.decode(\" [1, 1.5, null] \")", "[1, 1.5, null]"},
      {"json.decode(\"[9223372036854775807, -9223372036854775808]\")", "[9223372036854775807, -9223372036854775808]"},
      {"json.decode(\"9223372036854775808\")", "9223372036854775808.0"},
      {R"X(json.decode("{\"a\": \"12345678901234567890\"}").a)X", R"X("12345678901234567890")X"},
      {"json.pretty([])", "\"[]\""},
  });
  expect_failure({{"json.decode(\"[1, 12345678901234567890]\")",
                   "`json.decode`: an int in it is beyond 64 bits, and as a number it would lose digits; in quotes it is a text"}});
  expect_failure({{"json.decode(\"[1,\")",
                   "`json.decode`: line 1, column 4 of the JSON: expected a value, this is its end"}});
}

TEST(EncodingTest, Base64HexUrl) {
  expect_equal({
      {"base64.encode(\"\")", "\"\""},
      {"base64.decode(\"w6k=\")", "\"é\""},
      {"hex.decode(hex.encode(\"grün\"))", "\"grün\""},
      {"url.decode(url.encode(\"a+b&c=d%\"))", "\"a+b&c=d%\""},
      {"url.encode(\"~-._\")", "\"~-._\""},
  });
  expect_failure({
      {"base64.decode(\"w6k\")", "`base64.decode`: \"w6k\" is no base64 (standard alphabet, with padding)"},
      {"base64.decode(\"/w==\")",
       "`base64.decode`: these bytes are no UTF-8 text, and the language has no other"},
      {"hex.decode(\"0g\")", "`hex.decode`: \"0g\" is no hexadecimal text"},
      {"hex.decode(\"abc\")", "`hex.decode`: \"abc\" is no hexadecimal text"},
      {"url.decode(\"a%2\")", "`url.decode`: \"%2\" is no `%` with two hex digits"},
      {"url.decode(\"%zz\")", "`url.decode`: \"%zz\" is no `%` with two hex digits"},
      {"url.decode(\"%ff\")", "`url.decode`: these bytes are no UTF-8 text, and the language has no other"},
  });
}

TEST(CsvTest, Decode) {
  expect_equal({
      {"csv.decode(\"\")", "[]"},
      {"csv.decode(\"a,b\\n\")", "[]"},
      {"csv.decode(\"a,b\\r\\n1,\\r\\n\\\"x,\\\"\\\"y\\\"\\\"\\nz\\\",2\")",
       "[{ a = \"1\", b = \"\" }, { a = \"x,\\\"y\\\"\\nz\", b = \"2\" }]"},
  });
  expect_failure({
      {"csv.decode(\"a,b\\n1\\n\")", "`csv.decode`: row 2: it has 1 cell; there are 2 columns"},
      {"csv.decode(\"a,a\\n\")", "`csv.decode`: row 1: the column \"a\" is there twice"},
      {"csv.decode(\"a\\n\\\"x\")", "`csv.decode`: row 2: a quote is not closed"},
      {"csv.decode(\"a\\n\\\"x\\\"y\")", "`csv.decode`: row 2: a quote ends before the cell does"},
      {"csv.decode(\"a\\nx\\\"y\")",
       "`csv.decode`: row 2: a quote inside a cell that does not start with one"},
  });
}

TEST(HashTest, KnownDigests) {
  expect_equal({
      {"hash.sha256(\"abc\")", "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\""},
      {"hash.sha1(\"\")", "\"da39a3ee5e6b4b0d3255bfef95601890afd80709\""},
      {"hash.md5(\"\")", "\"d41d8cd98f00b204e9800998ecf8427e\""},
      {"length(hash.sha512(\"\"))", "128"},
      {"hash.base64(\"\")", "\"\""},
      {"crypto.hmac(\"\", \"\", \"md5\")", "\"74e6f7298a9c2d168935f58c001bad88\""},
      {"crypto.hmac(\"The quick brown fox jumps over the lazy dog\", \"key\", \"sha1\")",
       "\"de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9\""},
      {"uuid.v5(\"6ba7b810-9dad-11d1-80b4-00c04fd430c8\", \"python.org\")",
       "\"886313e1-3b8a-5372-9b90-0c9aee199e5d\""},
      {"uuid.v5(\"url\", \"http://example.com/\")",
       "uuid.v5(\"6BA7B811-9DAD-11D1-80B4-00C04FD430C8\", \"http://example.com/\")"},
  });
  expect_failure({
      {"hash.base64(\"xyz\")", "`hash.base64`: \"xyz\" is no digest in hexadecimal digits"},
      {"crypto.hmac(\"a\", \"b\", \"crc\")",
       "`crypto.hmac`: \"crc\" is none of \"sha256\", \"sha1\", \"sha512\", \"md5\""},
      {"uuid.v5(\"x\", \"a\")", "`uuid.v5`: \"x\" is neither \"dns\", \"url\", \"oid\", \"x500\" nor a UUID"},
      {"uuid.v5(\"6ba7b810-9dad-11d1-80b4-00c04fd430cz\", \"a\")",
       "`uuid.v5`: \"6ba7b810-9dad-11d1-80b4-00c04fd430cz\" is neither \"dns\", \"url\", \"oid\", \"x500\" "
       "nor a UUID"},
  });
}

TEST(RegexTest, MatchAndAll) {
  expect_equal({
      {"regex.match(\"abc\", \"x\")", "null"},
      {"regex.match(\"a=1\", \"(?P<k>\\\\w)=(?P<v>\\\\d)\")",
       "{ text = \"a=1\", groups = [\"a\", \"1\"], named = { k = \"a\", v = \"1\" } }"},
      {"regex.match(\"b\", \"(a)?b\")?.groups", "[\"\"]"},
      {"regex.all(\"aXbX\", \"X\")[*].text", "[\"X\", \"X\"]"},
      {"regex.all(\"éa\", \"\")[*].text", "[\"\", \"\", \"\"]"},
      {"regex.all(\"baac\", \"a*\")[*].text", "[\"\", \"aa\", \"\"]"},
      {"regex.all(\"ab ab\", \"\\\\bab\")[*].text", "[\"ab\", \"ab\"]"},
      {"regex.all(\"aa\", \"^a\")[*].text", "[\"a\"]"},
      {"regex.is(\"aab\", \"^a+$\")", "false"},
      {"regex.is(\"xay\", \"a\")", "true"},
  });
  expect_failure(
      {{"regex.is(\"a\", \"(\")", "`regex.is`: the pattern \"(\" is no RE2 pattern: missing ): ("}});
}

TEST(RegexTest, Replace) {
  expect_equal({
      {"regex.replace(\"aXbX\", \"X\", \"$$\")", "\"a$b$\""},
      {"regex.replace(\"ab\", \"(?P<x>a)\", \"<\\${x}>$x$0\")", "\"<a>aab\""},
      {"regex.replace(\"éa\", \"\", \"-\")", "\"-é-a-\""},
      {"regex.replace(\"abc\", \"x\", \"y\")", "\"abc\""},
      {"regex.replace(\"\", \"^\", \"y\")", "\"y\""},
  });
  expect_failure({
      {"regex.replace(\"a\", \"a\", \"$1\")",
       "`regex.replace`: the pattern has no group `1`; `$$` stands for a dollar sign"},
      {"regex.replace(\"a\", \"a\", \"$\")",
       "`regex.replace`: a `$` that names no group; `$$` stands for a dollar sign"},
      {"regex.replace(\"a\", \"a\", \"\\${x\")",
       "`regex.replace`: a `$` that names no group; `$$` stands for a dollar sign"},
  });
}

}  // namespace
}  // namespace weft::testing
