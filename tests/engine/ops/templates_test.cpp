// Templates that render templates.
#include "tests/engine/ops/bench_world.h"

namespace weft::ops {
namespace {

class TemplatesTest : public EngineTest {
 protected:
  auto refused() -> std::string {
    auto w = world();
    auto result = plan(w, {});
    EXPECT_FALSE(result.ok());
    return said(result);
  }
};

TEST_F(TemplatesTest, OneThatRendersItselfIsRefused) {
  write("main.fabric", "fabric \"f\" {}\noutput o = template.file(\"t.tmpl\", {})\n");
  write("t.tmpl", "again ${template.file(\"t.tmpl\", {})}");
  auto text = refused();
  EXPECT_NE(text.find("more than 16 templates render one another"), std::string::npos) << text;
}

TEST_F(TemplatesTest, TextThatRendersItselfIsRefused) {
  write("main.fabric", "fabric \"f\" {}\nlet text = \"\\${template.text(t, { t = t })}\"\noutput o = template.text(text, { t = text })\n");
  auto text = refused();
  EXPECT_NE(text.find("more than 16 templates render one another"), std::string::npos) << text;
}

TEST_F(TemplatesTest, AModulesTemplatesReadFromItsFolder) {
  write("site/site.fabric", "output text = template.file(\"outer.tmpl\", { name = \"Ada\" })\n");
  write("site/outer.tmpl", "outer ${template.file(\"inner.tmpl\", { name = name })}");
  write("site/inner.tmpl", "inner ${name}");
  write("main.fabric", "fabric \"f\" {}\nuse site from \"./site\"\nmodule web: site {}\noutput o = web.text\n");
  auto made = planned();
  ASSERT_EQ(made.outputs.size(), 1u);
  EXPECT_EQ(made.outputs[0].after->as_string(), "outer inner Ada");
}

}  // namespace
}  // namespace weft::ops
