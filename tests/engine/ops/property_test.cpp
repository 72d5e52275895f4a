// Whatever the fabric: after an apply the next plan is empty, and a destroy leaves nothing. Random fabrics with fixed seeds.
#include <filesystem>
#include <random>

#include <fmt/core.h>

#include "tests/engine/ops/fake_bench.h"

namespace weft::ops {
namespace {

// A fabric of one seed in several versions: what differs between them is what somebody might edit.
class Generated {
 public:
  explicit Generated(unsigned seed) : seed_(seed) {}

  auto text(unsigned version) -> std::string {
    std::string out = fmt::format("fabric \"p{}\" {{}}\n", seed_);
    std::vector<std::string> before;  // expressions over what stands above
    std::string outputs;
    for (unsigned i = 0; i < 12; ++i) {
      std::mt19937 fixed(seed_ * 1000 + i);
      std::mt19937 chance(seed_ * 1000 + i + (fixed() % 2 == 0 ? 0 : version * 77777));
      bool exists = chance() % 8 != 0;
      auto type = kTypes[fixed() % std::size(kTypes)];
      auto shape = fixed() % 6;  // one; for; if
      std::string name = fmt::format("r{}", i);
      std::string own = shape == 0 ? fmt::format("n{}-${{k}}", i) : fmt::format("n{}", i);
      std::string keys = chance() % 2 == 0 ? "[\"x\", \"y\"]" : "[\"y\", \"z\", \"w\"]";
      std::string head = shape == 0 ? fmt::format(" for k in {}", keys) : shape == 1 ? (chance() % 3 == 0 ? " if 1 > 2" : " if 2 > 1") : "";
      std::string body = attributes(type, own, chance, before);
      if (!exists) continue;
      if (type == std::string("fake.Queue")) {
        // What it stands on is replaced from one version to the next, and cannot go as long as it stands there.
        out += fmt::format("resource home{}: fake.Thing {{\n  Name = \"home{}\"\n  Zone = \"zone-{}\"\n}}\n", i, i, version);
        body += fmt::format("  Home = home{}.Id\n", i);
      }
      out += fmt::format("resource {}: {}{} {{\n{}}}\n", name, type, head, body);
      if (shape == 0) before.push_back(fmt::format("string.join([for at, one in {}: one.Id], \"+\")", name));
      else if (shape == 1) before.push_back(fmt::format("({}?.Id ?? \"none\")", name));
      else before.push_back(fmt::format("{}.{}", name, chance() % 2 == 0 ? "Id" : "Digest"));
      if (type == std::string("fake.Nodes") && shape > 1) {
        out += fmt::format("resource at{}: fake.Thing for a in {}.Addresses {{\n  Name = \"at{}-${{a}}\"\n}}\n", i, name, i);
      }
      if (chance() % 3 == 0) outputs += fmt::format("output o{} = {}\n", i, before.back());
    }
    return out + outputs;
  }

 private:
  static constexpr const char* kTypes[] = {"fake.Thing", "fake.Tagged", "fake.Named", "fake.Put", "fake.Record", "fake.Queue",
                                           "fake.Slow",  "fake.Cluster", "fake.Nodes", "fake.Key", "fake.Thing", "fake.Nodes"};

  static auto attributes(const std::string& type, const std::string& own, std::mt19937& chance, const std::vector<std::string>& before)
      -> std::string {
    std::string out = fmt::format("  Name = \"{}\"\n", own);
    auto maybe = [&](unsigned of) { return chance() % of == 0; };
    bool refers = false;
    auto some = [&]() -> std::string {
      refers = refers || !before.empty();
      return before.empty() ? "\"nothing\"" : before[chance() % before.size()];
    };
    if (type == "fake.Nodes") out += fmt::format("  Least = {}\n  Most = {}\n", 1 + chance() % 2, 3 + chance() % 3);
    if (maybe(2)) out += fmt::format("  Size = {}\n", 1 + chance() % 50);
    if (maybe(2)) out += fmt::format("  Note = \"about ${{{}}}\"\n", some());
    if (maybe(3)) out += fmt::format("  Zone = \"zone-{}\"\n", "abc"[chance() % 3]);
    if (maybe(4)) out += fmt::format("  Kept = {}\n", some());
    if (maybe(4)) out += fmt::format("  Fixed = \"f{}\"\n", chance() % 2);
    if (maybe(4)) out += fmt::format("  Mode = \"{} {}\"\n", maybe(2) ? "big" : "small", chance() % 3);
    if (maybe(4)) out += fmt::format("  Labels = {{ of = {} }}\n", some());
    if (maybe(4)) out += fmt::format("  Ports = [{}, 443]\n", 80 + chance() % 3);
    if (maybe(4)) out += fmt::format("  Password = secret(\"word-{}\")\n", chance() % 3);
    if (maybe(4)) out += fmt::format("  Pin = secret(\"pin-number-{}\")\n", chance() % 3);
    if (maybe(5)) out += fmt::format("  Policy = \"{{\\\"b\\\":{},\\\"a\\\":[ 1 ]}}\"\n", chance() % 3);
    if (maybe(5)) out += "  Host = \"Web.Example.Com\"\n";
    bool by_id = type == "fake.Thing" || type == "fake.Tagged" || type == "fake.Nodes" || type == "fake.Slow";
    // With references it would spread to those whose name allows only one of them (order_test.cpp).
    if (by_id && !refers && maybe(3)) out += "  @create_first = true\n";
    return out;
  }

  unsigned seed_;
};

class PropertyTest : public FakeTest {
 protected:
  // One more version applied; then nothing is left to do, and the world has what the state has.
  void settles(const std::string& text) {
    write("main.fabric", text);
    auto result = tried();
    // A stage that would take something away was not announced: the rest is a plan of its own.
    for (int more = 0; result.beyond_bounds && more < 3; ++more) {
      EXPECT_EQ(result.exit, 4);
      result = tried();
    }
    ASSERT_EQ(result.exit, 0) << said(result) << steps_said(result);
    agree();
  }
  void agree() {
    auto plan = planned();
    EXPECT_FALSE(plan.changes()) << (plan.steps.empty() ? plan.stages.empty() ? "outputs" : "a stage" : plan.steps[0].id) << " "
                                 << differences(plan);
    EXPECT_EQ(fake->objects().size(), records().size());
    for (const auto& drift : plan.drift) ADD_FAILURE() << "drift of " << drift.address;
  }
  void leaves_nothing() {
    ApplyRequest request;
    request.planning.destroy = true;
    auto result = tried(request);
    ASSERT_EQ(result.exit, 0) << said(result) << steps_said(result);
    EXPECT_TRUE(fake->objects().empty());
    EXPECT_TRUE(records().empty());
    EXPECT_EQ(outputs(), "");
  }
  static auto differences(const plan::Plan& plan) -> std::string {
    std::string text;
    for (const auto& step : plan.steps) {
      for (const auto& difference : step.differences) text += step.address + "." + difference.path.text() + " ";
      for (const auto& reason : step.reasons) text += step.address + ": " + reason + " ";
    }
    return text;
  }
};

TEST_F(PropertyTest, APlanAfterAnApplyIsEmptyAndADestroyLeavesNothing) {
  for (unsigned seed = 1; seed <= 12; ++seed) {
    Generated generated(seed);
    for (unsigned version = 1; version <= 3; ++version) {
      auto text = generated.text(version);
      SCOPED_TRACE(fmt::format("seed {}, version {}\n{}", seed, version, text));
      settles(text);
      if (HasFailure()) return;
    }
    SCOPED_TRACE(fmt::format("seed {}, destroyed", seed));
    leaves_nothing();
    if (HasFailure()) return;
    std::filesystem::remove_all(folder.path() + "/.weft");
  }
}

TEST_F(PropertyTest, AlsoWhenCallsFailAndAnswersAreLost) {
  for (unsigned seed = 101; seed <= 106; ++seed) {
    Generated generated(seed);
    std::mt19937 chance(seed);
    for (unsigned version = 1; version <= 2; ++version) {
      auto text = generated.text(version);
      SCOPED_TRACE(fmt::format("seed {}, version {}\n{}", seed, version, text));
      write("main.fabric", text);
      fake->add({.call = "create", .nth = 1 + static_cast<uint32_t>(chance() % 6), .effect = fake::Effect::kLoseAnswer});
      fake->add({.call = "create", .nth = 1 + static_cast<uint32_t>(chance() % 6), .failure = driver::FailureClass::kDenied});
      fake->add({.call = "update", .nth = 1 + static_cast<uint32_t>(chance() % 3), .failure = driver::FailureClass::kInvalid});
      fake->add({.call = "remove", .nth = 1 + static_cast<uint32_t>(chance() % 3), .failure = driver::FailureClass::kDenied});
      // As a user would: until it is done, or until something else than the faults stands in the way.
      int left = 6;
      auto result = tried();
      while (result.exit == 4 && --left > 0) result = tried();
      ASSERT_EQ(result.exit, 0) << said(result) << steps_said(result);
      fake->clear_faults();
      agree();
      if (HasFailure()) return;
    }
    leaves_nothing();
    if (HasFailure()) return;
    std::filesystem::remove_all(folder.path() + "/.weft");
  }
}

// The property has teeth: a provider that forgets what it was told is found out.
TEST_F(PropertyTest, AForgetfulProviderIsSeen) {
  write("main.fabric", "fabric \"f\" {}\nresource a: fake.Thing {\n  Name = \"a\"\n  Size = 3\n}\n");
  applied();
  fake->touch("a", "Size", Value::integer(4));
  EXPECT_TRUE(planned().changes());
}

}  // namespace
}  // namespace weft::ops
