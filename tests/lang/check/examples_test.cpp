// The fabrics that show the language check against types that resemble their providers', with no word to say but where
// they use what is reserved for later.
#include <gtest/gtest.h>

#include "tests/lang/check/fixture.h"

namespace weft::check::test {
namespace {

void add_example_types(FakeSchemas& schemas) {
  add_small_types(schemas);
  const std::string tags = "Tags: list<{ Key: string, Value: string }>";
  schemas.add("aws.ec2.InternetGateway", "", tags, "InternetGatewayId: string");
  schemas.add("aws.ec2.VPCGatewayAttachment", "VpcId: string", "InternetGatewayId: string", "");
  schemas.add("aws.ec2.RouteTable", "VpcId: string", "", "RouteTableId: string");
  schemas.add("aws.ec2.Route", "RouteTableId: string", "DestinationCidrBlock: string, GatewayId: string", "");
  schemas.add("aws.ec2.SubnetRouteTableAssociation", "RouteTableId: string, SubnetId: string", "", "");
  schemas.add("aws.ec2.SecurityGroup", "GroupDescription: string",
              "VpcId: string, SecurityGroupIngress: list<{ IpProtocol: string, FromPort?: int, ToPort?: int, CidrIp?: string }>",
              "GroupId: string");
  schemas.add("aws.ssm.Parameter", "Name: string", "", "Value: string");
  schemas.add("aws.ec2.LaunchTemplate",
              "LaunchTemplateData: { ImageId?: string, InstanceType?: string, SecurityGroupIds?: list<string>, "
              "MetadataOptions?: { HttpTokens?: \"required\" | \"optional\" }, UserData?: string }",
              "", "LaunchTemplateId: string, LatestVersionNumber: string");
  schemas.add("aws.autoscaling.AutoScalingGroup", "MinSize: string, MaxSize: string",
              "VPCZoneIdentifier: list<string>, DesiredCapacity: string, "
              "LaunchTemplate: { LaunchTemplateId?: string, Version: string }",
              "");
  schemas.add("aws.route53.HostedZone", "Name: string", "", "Id: string, NameServers: list<string>");
  schemas.add("aws.route53.RecordSet", "Name: string, Type: \"A\" | \"AAAA\" | \"CNAME\"",
              "HostedZoneId: string, TTL: string, ResourceRecords: list<string>", "");
  schemas.add("aws.sts.CallerIdentity", "", "", "Account: string", "l");
  schemas.add("aws.ec2.Image", "", "OwnerId: string, Architecture: string", "ImageId: string, CreationDate: string", "l");
  schemas.add("aws.ec2.Instance", "ImageId: string",
              "InstanceType: string, AvailabilityZone: string, SecurityGroupIds: list<string>", "InstanceId: string");
  schemas.add("aws.s3.Bucket", "", "BucketName: string, VersioningConfiguration: { Status: \"Enabled\" | \"Suspended\" }, "
              "LifecycleConfiguration: { Rules: list<{ Status: \"Enabled\" | \"Disabled\", ExpirationInDays?: int }> }",
              "Arn: string, DomainName: string");
  schemas.add("aws.logs.LogGroup", "", "LogGroupName: string, RetentionInDays: int", "Arn: string");
  schemas.add("aws.ec2.EIP", "", "Domain: \"vpc\" | \"standard\", " + tags, "PublicIp: string");
  for (const char* kind : {"k8s.core.v1.Namespace", "k8s.core.v1.ConfigMap", "k8s.core.v1.Secret", "k8s.apps.v1.Deployment",
                           "k8s.batch.v1.Job", "k8s.apiextensions.v1.CustomResourceDefinition", "k8s.shop.example.com.v1.Basket"}) {
    schemas.add(kind, "metadata: { name: string, namespace?: string, labels?: map<string>, annotations?: map<string> }",
                "spec: any, data: map<string>, stringData: map<string>", "status: any");
  }
}

auto module_files() -> Files {
  return {{"module/inputs.fabric", example("module/inputs.fabric")}, {"module/main.fabric", example("module/main.fabric")}};
}

// The words of every "not in this version yet".
auto later(const Checked& checked) -> std::vector<std::string> {
  std::vector<std::string> result;
  for (const Diagnostic& problem : checked.problems.all()) {
    EXPECT_EQ(problem.code, "E0522") << problem.message << "\n" << checked.drawn();
    result.push_back(problem.message.substr(0, problem.message.find(" is not")));
  }
  std::ranges::sort(result);
  return result;
}

TEST(Examples, TheReference) {
  const Files postgres{{"std/postgres/inputs.fabric", "input subnets: list<string>\ninput password: secret string\n"
                                                      "output endpoint = \"db-${length(subnets)}\"\n"}};
  const Checked checked(Files{{"reference.fabric", example("reference.fabric")}}, {{"std/postgres", postgres}}, add_example_types);
  EXPECT_EQ(checked.drawn(), "");
  EXPECT_EQ(checked.get("db").type.optional(), true);
  EXPECT_EQ(checked.output("endpoint").type.text(), "string");
}

TEST(Examples, Refactoring) {
  const Files storage{{"modules/storage/main.fabric", "input name: string\nresource table: local.File { path = name }\n"}};
  const Files network{{"../network/main.fabric", "fabric \"network\" {}\noutput web_sg_id = \"sg-1\"\n"}};
  const Checked checked(Files{{"refactor.fabric", example("refactor.fabric")}},
                        {{"./modules/storage", storage}, {"../network", network}}, add_example_types);
  EXPECT_EQ(checked.drawn(), "");
  EXPECT_EQ(checked.get("network").type.text(), "fabric.\"../network\"");
  EXPECT_EQ(checked.get("private").type.text(), "list<aws.ec2.Subnet>");
  EXPECT_EQ(checked.get("image").type.text(), "map<aws.ec2.Image>");
  EXPECT_EQ(checked.get("old_zone").type.text(), "aws.route53.HostedZone?");
}

TEST(Examples, WithoutTheOtherFabricsFilesItsOutputsAreOfAnyType) {
  const Files storage{{"modules/storage/main.fabric", "input name: string\n"}};
  const Checked checked(Files{{"refactor.fabric", example("refactor.fabric")}}, {{"./modules/storage", storage}}, add_example_types);
  EXPECT_EQ(checked.drawn(), "");
  EXPECT_EQ(checked.get("network").type.text(), "any");
}

TEST(Examples, AModuleByItself) {
  const Checked checked(module_files(), {}, add_example_types);
  EXPECT_EQ(later(checked), (std::vector<std::string>{"`policy`", "`test`", "`test`", "`test`"}));
}

TEST(Examples, AModuleTwice) {
  const Checked checked(Files{{"uses_module.fabric", example("uses_module.fabric")}}, {{"./module", module_files()}}, add_example_types);
  EXPECT_EQ(later(checked), (std::vector<std::string>{"`policy`", "`test`", "`test`", "`test`",
                                                      "`use from git+https://git.example.com/platform/modules.git//queue`"}));
  EXPECT_EQ(checked.output("status_ip").type.text(), "string");
  EXPECT_EQ(checked.output("buckets").type.text(), "map<string>");
}

TEST(Examples, AClusterAndWhatRunsInIt) {
  const Files eks{{"std/eks/main.fabric", "input zones: list<string>\noutput access: any = zones\n"
                                          "output kubeconfig: secret string = \"x\"\n"}};
  const Checked checked(Files{{"cluster.fabric", example("cluster.fabric")}}, {{"std/eks", eks}}, add_example_types);
  EXPECT_EQ(checked.drawn(), "");
}

// terminal.md, "Mistakes": each sample as it is drawn there.
TEST(Examples, MistakesAsTheyAreDrawn) {
  const Files postgres{{"std/postgres 1.4.0, inputs.fabric", "input subnets: list<string>\n"}};
  const Checked checked(
      Files{{"main.fabric", "fabric \"t\" {}\nprovider k8s { cluster = clutser.access }\nuse postgres from \"std/postgres\"\n"
                            "use eks from \"std/eks\"\nlet zones = [\"us-east-2a\", \"us-east-2b\", \"us-east-2c\"]\n"
                            "module db: postgres {\n  subnets  = subnet[\"us-east-2a\"].SubnetId\n}\nmodule cluster: eks {}\n"},
            {"network.fabric", "resource vpc: aws.ec2.VPC { CidrBlock = \"10.0.0.0/16\" }\n"
                               "let slots = { \"us-east-2a\" = 0 }\n"
                               "resource bare: aws.ec2.Subnet for zone, slot in slots {\n  CidrBlok = net.subnet(vpc.CidrBlock, 4, slot)\n}\n"
                               "resource subnet: aws.ec2.Subnet for zone in zones { VpcId = vpc.VpcId }\n"},
            {"web.fabric", "resource web: k8s.core.v1.Pod {\n  metadata = { name = \"web\" }\n  spec = {\n    containers = [{\n"
                           "        name = \"web\"\n        imagePullPolicy = \"Allways\"\n    }]\n  }\n}\n"}},
      {{"std/postgres", postgres}, {"std/eks", Files{{"std/eks/main.fabric", "output access: any = 1\n"}}}}, add_example_types);
  EXPECT_EQ(checked.drawn(), R"(error[E0102]: nothing here is called `clutser`
  --> main.fabric:2:26
   |
 2 | provider k8s { cluster = clutser.access }
   |                          ^^^^^^^ did you mean `cluster` (main.fabric:9)?

error[E0304]: `subnets` of module std/postgres takes list<string>, this is a string
  --> main.fabric:7:14
   |
 7 |   subnets  = subnet["us-east-2a"].SubnetId
   |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ string
  ::: std/postgres 1.4.0, inputs.fabric:1:16
   |
 1 | input subnets: list<string>
   |                ------------ declared here
   = help: `subnet[*].SubnetId` is the list of all three; `[…]` around it makes a list of one

error[E0212]: `aws.ec2.Subnet` needs `VpcId`
  --> network.fabric:3:1
   |
 3 | resource bare: aws.ec2.Subnet for zone, slot in slots {
   | ^^^^^^^^^^^^^ required attribute `VpcId` (string) is missing
   = help: `VpcId = vpc.VpcId` (the only aws.ec2.VPC here, network.fabric:1)

error[E0211]: `aws.ec2.Subnet` has no attribute `CidrBlok`
  --> network.fabric:4:3
   |
 4 |   CidrBlok = net.subnet(vpc.CidrBlock, 4, slot)
   |   ^^^^^^^^ did you mean `CidrBlock`?

error[E0307]: "Allways" is not a value of `imagePullPolicy`
  --> web.fabric:6:27
   |
 6 |         imagePullPolicy = "Allways"
   |                           ^^^^^^^^^ did you mean "Always"? (also: "IfNotPresent", "Never")
)");
}

}  // namespace
}  // namespace weft::check::test
