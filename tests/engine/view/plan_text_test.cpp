#include "engine/view/plan_text.h"

#include <gtest/gtest.h>

#include "tests/engine/view/sample_plan.h"

namespace weft::draw {
namespace {

constexpr std::string_view kReference = R"(Plan for reference, state @41: destroy 1, replace 3, update 5, create 4, state only 3
38 resources read with 9 API calls in 0.7s, 27 unchanged

DESTROY 1
- cache  aws.elasticache.CacheCluster  ref-cache
    no longer declared; nothing else in this fabric depends on it

REPLACE 3
± subnet[us-east-2c]  aws.ec2.Subnet  subnet-0c51d7a2b9e4f6013                     network.fabric:14
    CidrBlock: "10.30.32.0/20" → "10.30.80.0/20"                          create-only
    destroyed first, then created: no subnet[us-east-2c] in between; forces
    ├ ± nat[us-east-2c]  aws.ec2.NatGateway  nat-0e19b3c2d4f5a6b78        SubnetId is create-only
    │ └ ~ route[us-east-2c]  aws.ec2.Route  NatGatewayId → (known after nat[us-east-2c])
    └ ± assoc[us-east-2c]  aws.ec2.SubnetRouteTableAssociation            SubnetId is create-only

UPDATE 5 (1 above)
~ reader  aws.iam.ManagedPolicy  ref-reader                                             iam.fabric:9
    PolicyDocument (JSON) Statement[Sid=Read].Action: + "s3:GetObjectTagging"
~ settings  k8s.core.v1.ConfigMap  default/settings                                    web.fabric:40
    data[nginx.conf] (text, 41 lines)
      12   keepalive_timeout 65;
      13 - client_max_body_size 1m;
      13 + client_max_body_size 8m;
~ web  k8s.apps.v1.Deployment  default/web                                              web.fabric:4
    spec.template.spec.containers[name=web]
      image: "registry.example.com/web:1.4.2" → "…/web:1.5.0"
      env[name=DB_PASSWORD].value: (secret, changed)
    spec.replicas: 3 here, 5 live (ignored, web.fabric:22)
    restarts 5 pods, rolling: at most 2 extra, 1 missing
~ web_sg  aws.ec2.SecurityGroup  sg-07ab44d91c3e5f206                              network.fabric:40
  ! SecurityGroupIngress: + "tcp 22 from 0.0.0.0/0", appeared since @38; this step removes it

CREATE 4
+ 3 × alarm[…]  aws.cloudwatch.Alarm  us-east-2a, us-east-2b, us-east-2c             alarms.fabric:6
    MetricName = "UnHealthyHostCount", Threshold = 1, and 5 more
+ record  aws.route53.RecordSet  Name = "www.k736.net.", and 4 more                   main.fabric:52

STATE ONLY 3, nothing in the world changes
= move    alerts → alarm_topic  aws.sns.Topic                                         main.fabric:60
= adopt   logs  aws.s3.Bucket  ref-logs, all 6 written attributes agree               main.fabric:64
= forget  legacy  aws.rds.DBInstance  ref-legacy, stays in the world                  main.fabric:70

Drift: 1 value, set back above; 2 more in resources that no step touches (weft drift).
Outputs: nat_ips changes (known after nat[us-east-2c]), 1 unchanged.
Would destroy 1, replace 3, update 5, create 4, change 3 in the state only. Nothing was changed.
)";

TEST(PlanText, TheReferencePlan) { EXPECT_EQ(plan_text(sample_plan(), {.width = 100}), kReference); }

TEST(PlanText, IsTheSameEachTime) {
  EXPECT_EQ(plan_text(sample_plan(), {.width = 100}), plan_text(sample_plan(), {.width = 100}));
}

}  // namespace
}  // namespace weft::draw
