// The reference plan: one of every kind of step, made by hand.
#pragma once

#include "engine/plan/plan.h"

namespace weft::draw {

using plan::Action;
using plan::Difference;
using plan::Step;

inline auto text(std::string_view value) -> Value { return Value::string(value); }
inline auto path(std::string_view value) -> Path { return parse_path(value).value(); }
inline auto later(std::string_view origin, std::string_view prefix = {}) -> Value {
  return Value::unknown({.type = Type::string(), .prefix = prefix, .origin = origin});
}

namespace sample {

inline auto step(Action action, std::string address, std::string type, std::string identity, std::string file = {}, uint32_t line = 0)
    -> Step {
  Step out;
  out.action = action;
  out.address = address;
  out.type = std::move(type);
  out.identity = std::move(identity);
  out.source = {std::move(file), line};
  out.declaration = address.substr(0, address.find('['));
  out.id = "1:" + address + ":" + std::string(plan::word(action));
  return out;
}

inline auto change(std::string_view at, Value before, Value after, bool forces = false) -> Difference {
  return {.path = path(at), .before = std::move(before), .after = std::move(after), .forces_replace = forces,
          .note = forces ? "create-only" : ""};
}

inline auto numbered(std::string_view changed) -> Value {
  std::string lines;
  for (int i = 1; i <= 41; ++i) {
    if (i == 12) lines += "keepalive_timeout 65;\n";
    else if (i == 13) lines += std::string(changed) + "\n";
    else lines += "line " + std::to_string(i) + "\n";
  }
  return text(lines);
}

inline void replaced(plan::Plan& plan) {
  Step subnet = step(Action::kReplace, "subnet[us-east-2c]", "aws.ec2.Subnet", "subnet-0c51d7a2b9e4f6013", "network.fabric", 14);
  subnet.differences = {change("CidrBlock", text("10.30.32.0/20"), text("10.30.80.0/20"), true)};
  Step nat = step(Action::kReplace, "nat[us-east-2c]", "aws.ec2.NatGateway", "nat-0e19b3c2d4f5a6b78", "network.fabric", 31);
  nat.differences = {change("SubnetId", text("subnet-0c51d7a2b9e4f6013"), later("subnet[us-east-2c].SubnetId"), true)};
  nat.because_of = 1;
  Step route = step(Action::kUpdate, "route[us-east-2c]", "aws.ec2.Route", "r-1", "network.fabric", 40);
  route.differences = {change("NatGatewayId", text("nat-0e19b3c2d4f5a6b78"), later("nat[us-east-2c].NatGatewayId"))};
  route.because_of = 2;
  Step assoc = step(Action::kReplace, "assoc[us-east-2c]", "aws.ec2.SubnetRouteTableAssociation", "", "network.fabric", 50);
  assoc.differences = {change("SubnetId", text("subnet-0c51d7a2b9e4f6013"), later("subnet[us-east-2c].SubnetId"), true)};
  assoc.because_of = 1;
  plan.steps.push_back(subnet);
  plan.steps.push_back(nat);
  plan.steps.push_back(assoc);
  plan.steps.push_back(route);
}

inline void updated(plan::Plan& plan) {
  Step reader = step(Action::kUpdate, "reader", "aws.iam.ManagedPolicy", "ref-reader", "iam.fabric", 9);
  reader.differences = {change("PolicyDocument",
                               text(R"({"Statement":[{"Sid":"Read","Action":["s3:GetObject"]},{"Sid":"List","Action":"s3:List"}]})"),
                               text(R"({"Statement": [{"Action": ["s3:GetObject", "s3:GetObjectTagging"], "Sid": "Read"},
                                       {"Action": "s3:List", "Sid": "List"}]})"))};
  Step settings = step(Action::kUpdate, "settings", "k8s.core.v1.ConfigMap", "default/settings", "web.fabric", 40);
  settings.differences = {change("data[nginx.conf]", numbered("client_max_body_size 1m;"), numbered("client_max_body_size 8m;"))};
  Step web = step(Action::kUpdate, "web", "k8s.apps.v1.Deployment", "default/web", "web.fabric", 4);
  web.differences = {change("spec.template.spec.containers[name=web].image", text("registry.example.com/web:1.4.2"),
                            text("registry.example.com/web:1.5.0")),
                     change("spec.template.spec.containers[name=web].env[name=DB_PASSWORD].value", Value::null().as_secret(),
                            Value::null().as_secret()),
                     {.kind = Difference::Kind::kIgnored, .path = path("spec.replicas"), .before = Value::integer(5),
                      .after = Value::integer(3), .source = {"web.fabric", 22}}};
  web.consequence = "restarts 5 pods, rolling: at most 2 extra, 1 missing";
  Step group = step(Action::kUpdate, "web_sg", "aws.ec2.SecurityGroup", "sg-07ab44d91c3e5f206", "network.fabric", 40);
  group.differences = {{.kind = Difference::Kind::kDrift, .path = path("SecurityGroupIngress"),
                        .before = Value::list({text("tcp 22 from 0.0.0.0/0"), text("tcp 443 from 0.0.0.0/0")}),
                        .after = Value::list({text("tcp 443 from 0.0.0.0/0")})}};
  group.version = 38;
  group.drift_only = true;
  for (Step* one : {&reader, &settings, &web, &group}) plan.steps.push_back(*one);
}

inline void created(plan::Plan& plan) {
  for (const char* zone : {"us-east-2a", "us-east-2b", "us-east-2c"}) {
    Step alarm = step(Action::kCreate, std::string("alarm[") + zone + "]", "aws.cloudwatch.Alarm", "", "alarms.fabric", 6);
    alarm.after = Value::object({{"AlarmName", text(zone)}, {"MetricName", text("UnHealthyHostCount")},
                                 {"Threshold", Value::integer(1)}, {"a", Value::list({})}, {"b", Value::list({})},
                                 {"c", Value::list({})}, {"d", Value::list({})}, {"e", Value::list({})}});
    plan.steps.push_back(alarm);
  }
  Step record = step(Action::kCreate, "record", "aws.route53.RecordSet", "", "main.fabric", 52);
  record.after = Value::object({{"HostedZoneId", later("zone.Id")}, {"Name", text("www.k736.net.")}, {"TTL", text("60")},
                                {"Type", text("A")}, {"ResourceRecords", Value::list({text("192.0.2.1")})}});
  plan.steps.push_back(record);
}

}  // namespace sample

inline auto sample_plan() -> plan::Plan {
  using namespace sample;
  plan::Plan plan;
  plan.fabric = "reference";
  plan.tail.seq = 41;
  plan.resources_read = 38;
  plan.api_calls = 9;
  plan.read_ms = 712;
  plan.unchanged = 27;
  Step cache = step(Action::kDestroy, "cache", "aws.elasticache.CacheCluster", "ref-cache");
  cache.reasons = {"no longer declared"};
  plan.steps.push_back(cache);
  replaced(plan);
  updated(plan);
  created(plan);
  Step move = step(Action::kMove, "alarm_topic", "aws.sns.Topic", "arn:aws:sns:alerts", "main.fabric", 60);
  move.moved_from = "alerts";
  Step adopt = step(Action::kAdopt, "logs", "aws.s3.Bucket", "ref-logs", "main.fabric", 64);
  adopt.adopted_id = "ref-logs";
  adopt.after = Value::object({{"a", text("1")}, {"b", text("1")}, {"c", text("1")}, {"d", text("1")}, {"e", text("1")}, {"f", text("1")}});
  Step forget = step(Action::kForget, "legacy", "aws.rds.DBInstance", "ref-legacy", "main.fabric", 70);
  forget.remarks = {"stays in the world"};
  for (Step* one : {&move, &adopt, &forget}) plan.steps.push_back(*one);
  plan.outputs = {{.name = "nat_ips", .before = Value::list({text("192.0.2.7")}),
                   .after = Value::list({later("nat[us-east-2c].PublicIp")}), .changed = true},
                  {.name = "endpoint", .before = text("x"), .after = text("x"), .changed = false}};
  plan::Drift here{.address = "web_sg", .in_step = true}, one{.address = "bucket"}, two{.address = "key"};
  here.differences.resize(1);
  one.differences.resize(1);
  two.differences.resize(1);
  plan.drift = {here, one, two};
  return plan;
}

}  // namespace weft::draw
