#include "engine/ops/starters.h"

#include <array>

namespace weft::ops {

namespace {

constexpr auto kStarters = std::to_array<Starter>({
    {"local", "local files", "local",
     R"(fabric "NAME" { weft = ">= 0.1" }

input greeting: string = "Hello"

resource who: local.RandomPet { words = 2 }

resource hello: local.File {
  path    = "hello.txt"
  content = "${greeting}, ${who.id}.\n"
}

output file = hello.path
)"},
    {"aws", "AWS network", "aws",
     R"(fabric "NAME" { weft = ">= 0.1" }

provider aws { region = region }

input region: string = "us-east-2"
input zones: list<string> = ["us-east-2a", "us-east-2b"]

resource vpc: aws.ec2.VPC {
  CidrBlock = "10.30.0.0/16"
  Tags      = aws.tags({ Name = fabric.name })
}

resource subnet: aws.ec2.Subnet for zone in zones {
  VpcId            = vpc.VpcId
  AvailabilityZone = zone
  CidrBlock        = net.subnet(vpc.CidrBlock, 4, list.index(zones, zone))
}

output subnets = subnet[*].SubnetId
)"},
    {"k8s", "Kubernetes objects", "k8s",
     R"(fabric "NAME" { weft = ">= 0.1" }

input image: string = "nginx:1.27"

resource web: k8s.apps.v1.Deployment {
  metadata = { name = "web", labels = { app = "web" } }
  spec = {
    replicas = 2
    selector = { matchLabels = { app = "web" } }
    template = {
      metadata = { labels = { app = "web" } }
      spec     = { containers = [{ name = "web", image = image }] }
    }
  }
}
)"},
    {"empty", "empty", "", "fabric \"NAME\" { weft = \">= 0.1\" }\n"},
});

}  // namespace

auto starters() -> std::span<const Starter> { return kStarters; }

auto find_starter(std::string_view name) -> const Starter* {
  for (const Starter& starter : kStarters) {
    if (starter.name == name) return &starter;
  }
  return nullptr;
}

auto starter_text(const Starter& starter, std::string_view fabric) -> std::string {
  std::string text(starter.text);
  size_t at = text.find("NAME");
  return at == std::string::npos ? text : text.replace(at, 4, fabric);
}

}  // namespace weft::ops
