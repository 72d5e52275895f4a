// Secrets that are known to the test go through everything that the program does; whatever it writes down or says is then
// searched for them, as they are and in the forms in which they usually slip through.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "lang/base/digest.h"
#include "lang/base/text.h"
#include "tests/support/program.h"

namespace weft {
namespace {

namespace fs = std::filesystem;

using Words = std::vector<std::string>;

constexpr const char* kVault = R"(fabric "vault" {}

input token: secret string
input database: secret { user: string, password: string }
input broken: bool = false

resource password: local.RandomPassword { length = 24 }
resource key: local.Key { algorithm = "ed25519" }
resource file: local.File {
  path    = "secret/file"
  content = "token=${token}\npassword=${password.result}\n"
}
resource pem: local.File {
  path    = "secret/pem"
  content = key.private_pem
}
resource data: local.Data { value = { token = token, public = "shown" } }
resource command: local.Command {
  create      = ["sh", "-c", "cat; echo \"$TOKEN\"; echo \"$TOKEN\" >&2"]
  read        = ["sh", "-c", "echo \"$TOKEN\" >&2; cat"]
  update      = ["sh", "-c", "cat; echo \"update $TOKEN\" >&2"]
  environment = { TOKEN = token, PASSWORD = database.password }
  input       = { password = password.result, who = database.user }
  idempotent  = true
}
resource fails: local.Command if broken {
  create      = ["sh", "-c", "echo \"it was $TOKEN\" >&2; echo \"$TOKEN\"; exit 9"]
  environment = { TOKEN = token }
  idempotent  = true
}
output token = token
output password = password.result
output whole = { inside = database, public = "shown" }
output private = key.private_pem
)";

auto percent(std::string_view bytes) -> std::string {
  std::string out;
  for (unsigned char c : bytes) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    static constexpr std::string_view kDigits = "0123456789ABCDEF";
    if (plain) out += static_cast<char>(c);
    else out.append("%").append(1, kDigits[c >> 4]).append(1, kDigits[c & 15]);
  }
  return out;
}

// The forms of one secret that are looked for.
auto forms(const std::string& secret) -> std::set<std::string> {
  std::set<std::string> out{secret, hex(secret), percent(secret)};
  std::string upper = hex(secret);
  for (char& c : upper) c = static_cast<char>(c >= 'a' && c <= 'f' ? c - 32 : c);
  out.insert(upper);
  std::string json = json_quote(secret);
  out.insert(json.substr(1, json.size() - 2));
  // Base64 looks different by where in a text it begins; the first and the last letter may belong to neighbours.
  for (size_t before = 0; before < 3; ++before) {
    std::string coded = base64(std::string(before, 'x') + secret);
    size_t whole = (before + secret.size()) / 3 * 4, from = before == 0 ? 0 : before + 1;
    std::string sure = coded.substr(from, whole - from);
    out.insert(sure);
    for (char& c : sure) c = c == '+' ? '-' : c == '/' ? '_' : c;
    out.insert(sure);
  }
  return out;
}

class Secrets : public testing::Test {
 protected:
  void SetUp() override { program.files().write("main.fabric", kVault); }

  auto run(Words words, const std::string& token = kToken) -> test::Ran {
    std::string name = "trace" + std::to_string(said.size());
    words.insert(words.end(), {"--trace", name, "--json-to", name + ".json"});
    auto ran = program.run({.arguments = words,
                            .environment = {"WEFT_INPUT_token=" + token, "WEFT_INPUT_database={ user = \"ops\", password = " + json_quote(kDatabase) + " }"},
                            .apart = true});
    said["stdout of weft " + join(words, " ")] = ran.out;
    said["stderr of weft " + join(words, " ")] = ran.error;
    return ran;
  }
  // Not searched: it was asked to show it.
  auto revealed(const std::string& output) -> std::string {
    auto ran = program.run({.arguments = {"output", output, "--reveal"}, .apart = true});
    EXPECT_EQ(ran.exit, 0) << ran.all();
    std::string text = ran.out;
    if (text.ends_with('\n')) text.pop_back();
    EXPECT_GE(text.size(), 12u);
    return text;
  }
  void search(const std::vector<std::string>& secrets) {
    std::map<std::string, std::string> places = said;
    for (const std::string& root : {program.folder(), program.home()}) {
      for (const auto& entry : fs::recursive_directory_iterator(root)) {
        std::string name = fs::relative(entry.path(), root).string();
        if (!entry.is_regular_file() || name.starts_with("secret/")) continue;  // what the fabric itself writes
        std::ifstream in(entry.path(), std::ios::binary);
        places[name] = std::string(std::istreambuf_iterator<char>(in), {});
      }
    }
    EXPECT_TRUE(places.contains(".weft/state/default/data.mdb"));
    EXPECT_GT(places.size(), 20u);
    for (const std::string& secret : secrets) {
      for (const std::string& form : forms(secret)) {
        for (const auto& [name, bytes] : places) {
          size_t at = bytes.find(form);
          EXPECT_EQ(at, std::string::npos) << name << " holds `" << secret << "` as `" << form << "`: …"
                                           << bytes.substr(at > 60 ? at - 60 : 0, 160) << "…";
        }
      }
    }
  }

  static inline const std::string kToken = "canary \"one\"/+&=%é-7f3a91", kSecond = "canary <two>/?+ü-99ab12cd", kDatabase = "canary-three/5ff0\\x\"1d";
  test::Program program;
  std::map<std::string, std::string> said;
};

// The search finds what is there, in each of its forms.
TEST_F(Secrets, TheSearchItselfFinds) {
  EXPECT_EQ(percent("a/b"), "a%2Fb");
  auto all = forms("canary-three");
  for (const char* text : {"Y2FuYXJ5LXRocmVl", "eHhjYW5hcnktdGhyZWU"}) {
    bool found = false;
    for (const auto& form : all) found = found || std::string_view(text).find(form) != std::string_view::npos;
    EXPECT_TRUE(found) << text;
  }
  EXPECT_TRUE(all.contains("63616e6172792d7468726565"));
}

TEST_F(Secrets, AreNowhereAfterEverythingWasDone) {
  ASSERT_EQ(run({"plan", "--out", "p.plan"}).exit, 0);
  EXPECT_EQ(run({"show", "p.plan", "--html", "plan.html"}).exit, 0);
  EXPECT_EQ(run({"plan", "--full", "--junit", "plan.xml"}).exit, 0);
  EXPECT_EQ(run({"plan", "--markdown"}).exit, 0);
  EXPECT_EQ(run({"plan", "--json"}).exit, 0);
  EXPECT_EQ(run({"why", "command"}).exit, 0);
  EXPECT_EQ(run({"debug", "plan"}).exit, 0);
  EXPECT_EQ(run({"debug", "config"}).exit, 0);
  auto applied = run({"apply", "p.plan"});
  ASSERT_EQ(applied.exit, 0) << applied.all();
  std::string password = revealed("password"), pem = revealed("private");
  EXPECT_NE(program.files().read("secret/file").find(kToken), std::string::npos) << "the fabric writes it where it is told to";
  struct stat info{};
  ASSERT_EQ(::stat(program.files().path("secret/file").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  // Another secret: changes, drift, and what was before.
  EXPECT_EQ(run({"plan", "--full"}, kSecond).exit, 0);
  EXPECT_EQ(run({"plan", "--json"}, kSecond).exit, 0);
  program.files().write("secret/file", "somebody else's\n");
  EXPECT_EQ(run({"drift"}).exit, 2);
  EXPECT_EQ(run({"drift", "--json"}).exit, 2);
  EXPECT_EQ(run({"plan", "--full"}).exit, 0);
  EXPECT_EQ(run({"apply", "--auto-approve", "--json"}, kSecond).exit, 0);
  EXPECT_EQ(run({"drift"}, kSecond).exit, 0);
  for (const char* address : {"file", "pem", "password", "key", "command", "data"}) {
    EXPECT_EQ(run({"state", "show", address, "--full"}).exit, 0);
    EXPECT_EQ(run({"state", "show", address, "--json"}).exit, 0);
  }
  EXPECT_EQ(run({"state", "history", "--json"}).exit, 0);
  EXPECT_EQ(run({"output"}).exit, 0);
  EXPECT_EQ(run({"output", "--json"}).exit, 0);
  EXPECT_EQ(run({"output", "token"}).exit, 1);
  EXPECT_EQ(run({"graph", "--html", "graph.html", "--svg", "graph.svg"}).exit, 0);
  EXPECT_EQ(run({"graph", "--json"}).exit, 0);
  for (const char* expression : {"token", "database", "file", "key.private_pem", "[token]", "\"x ${token} y\"", "{ a = token }", "string.upper(token)", "token == \"x\"",
                                 "json.encode(database)", "data", "command", "length(token)", "to.int(token)", "[for c in [token]: c]", "password.result[0]"}) {
    run({"console", expression});
  }
  auto failed = run({"apply", "--auto-approve", "--set", "broken=true"}, kSecond);
  EXPECT_EQ(failed.exit, 1) << failed.all();
  EXPECT_NE(failed.out.find("it was (secret)"), std::string::npos) << failed.all();
  EXPECT_EQ(run({"apply", "--auto-approve"}, kSecond).exit, 0);
  EXPECT_EQ(run({"apply", "--auto-approve", "--set", "token=" + kToken}, kSecond).exit, 0);
  EXPECT_EQ(run({"state", "history"}).exit, 0);
  EXPECT_EQ(run({"plan", "--destroy", "--full"}).exit, 0);
  std::vector<std::string> secrets{kToken, kSecond, kDatabase, password};
  // A key by the lines of its middle, as a plan would cut it.
  for (std::string_view line : split(pem, '\n')) {
    if (!line.starts_with("-----") && line.size() > 20) secrets.emplace_back(line);
  }
  EXPECT_GT(secrets.size(), 4u);
  search(secrets);
  EXPECT_EQ(run({"destroy", "--auto-approve", "--json"}, kSecond).exit, 0);
  search(secrets);
}

TEST_F(Secrets, AreNotInWhatIsSaidOfWrongOnes) {
  program.files().write("main.fabric", R"(fabric "vault" {}
input token: secret string { require string.starts_with(token, "s."), "a token begins with s." }
input pin: secret int = 1
output a = token
)");
  EXPECT_EQ(run({"plan"}).exit, 1);
  EXPECT_EQ(run({"plan", "--set", "token=s." + kSecond, "--set", "pin=" + kDatabase}).exit, 1);
  EXPECT_EQ(run({"plan", "--json", "--set", "token=s." + kSecond, "--set", "pin=x" + kDatabase}).exit, 1);
  EXPECT_EQ(run({"console", "to.int(token)", "--set", "token=s." + kSecond}).exit, 1);
  EXPECT_EQ(run({"console", "json.decode(token)", "--set", "token=s." + kSecond}).exit, 1);
  EXPECT_EQ(run({"console", "{ a = 1 }[token]", "--set", "token=s." + kSecond}).exit, 1);
  std::map<std::string, std::string> all = std::move(said);
  said.clear();
  size_t number = 0;
  for (auto& [name, text] : all) said[std::to_string(++number)] = std::move(text);
  for (const auto& entry : fs::directory_iterator(program.folder())) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    said[entry.path().filename().string()] = std::string(std::istreambuf_iterator<char>(in), {});
  }
  for (const std::string& secret : {kToken, kSecond, kDatabase}) {
    for (const std::string& form : forms(secret)) {
      for (const auto& [name, text] : said) {
        if (name == "main.fabric") continue;
        EXPECT_EQ(text.find(form), std::string::npos) << name << " holds " << form << "\n" << text;
      }
    }
  }
}

}  // namespace
}  // namespace weft
