"""What an AWS account holds, asked by boto3, in the words of the tests."""

import base64
import json
from typing import Any

import boto3

from tests.servers.aws import REGION


class Account:
    """`prefix`: the stack whose parts are meant."""

    def __init__(self, endpoint: str, prefix: str) -> None:
        self.endpoint, self.prefix = endpoint, prefix

    def client(self, service: str) -> Any:
        keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
        return boto3.client(service, endpoint_url=self.endpoint, region_name=REGION, **keys)

    def function(self, name: str) -> dict[str, Any]:
        return dict(self.client("lambda").get_function_configuration(FunctionName=f"{self.prefix}-{name}"))

    def user_data(self) -> str:
        """What the newest version of the launch template makes an instance run."""
        asked = {"LaunchTemplateName": f"{self.prefix}-web", "Versions": ["$Latest"]}
        versions = self.client("ec2").describe_launch_template_versions(**asked)["LaunchTemplateVersions"]
        return base64.b64decode(versions[0]["LaunchTemplateData"]["UserData"]).decode()

    def group(self) -> dict[str, Any]:
        """The auto-scaling group."""
        names = [f"{self.prefix}-web"]
        groups = self.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=names)
        return dict(groups["AutoScalingGroups"][0])

    def statements(self, name: str) -> list[dict[str, Any]]:
        """Of a role's own policies."""
        iam, role = self.client("iam"), f"{self.prefix}-{REGION}-{name}"
        names = iam.list_role_policies(RoleName=role)["PolicyNames"]
        documents = [iam.get_role_policy(RoleName=role, PolicyName=each)["PolicyDocument"] for each in names]
        return [statement for document in documents for statement in document["Statement"]]

    def load_balancer(self) -> dict[str, Any]:
        balancers = self.client("elbv2").describe_load_balancers(Names=[self.prefix])["LoadBalancers"]
        return dict(balancers[0])

    def listeners(self) -> dict[int, dict[str, Any]]:
        """Port -> listener."""
        arn = self.load_balancer()["LoadBalancerArn"]
        listeners = self.client("elbv2").describe_listeners(LoadBalancerArn=arn)["Listeners"]
        return {listener["Port"]: listener for listener in listeners}

    def database(self) -> dict[str, Any]:
        found = self.client("rds").describe_db_instances(DBInstanceIdentifier=self.prefix)["DBInstances"]
        return dict(found[0])

    def load_balancer_attributes(self) -> dict[str, str]:
        arn = self.load_balancer()["LoadBalancerArn"]
        told = self.client("elbv2").describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
        return {each["Key"]: each["Value"] for each in told}

    def vpc(self) -> str:
        filters = [{"Name": "tag:Name", "Values": [self.prefix]}]
        return str(self.client("ec2").describe_vpcs(Filters=filters)["Vpcs"][0]["VpcId"])

    def reachable(self, port: int) -> dict[str, set[str]]:
        """Who may come in on a port, by the rules: group -> names of groups, or networks."""
        inside = [{"Name": "vpc-id", "Values": [self.vpc()]}]
        groups = self.client("ec2").describe_security_groups(Filters=inside)["SecurityGroups"]
        names = {group["GroupId"]: group["GroupName"].removeprefix(f"{self.prefix}-") for group in groups}
        found: dict[str, set[str]] = {}
        for group in groups:
            for rule in group["IpPermissions"]:
                if rule["FromPort"] <= port <= rule["ToPort"]:
                    sources = {names[pair["GroupId"]] for pair in rule["UserIdGroupPairs"]}
                    sources |= {network["CidrIp"] for network in rule["IpRanges"]}
                    found.setdefault(names[group["GroupId"]], set()).update(sources)
        return found

    def left(self) -> dict[str, list[Any]]:
        """What there is of everything that a stack makes; AWS's own (default VPC, service roles) left out."""
        ec2 = self.client("ec2")
        vpcs = [vpc["VpcId"] for vpc in ec2.describe_vpcs()["Vpcs"] if not vpc["IsDefault"]]
        held = {
            "vpcs": vpcs,
            "addresses": ec2.describe_addresses()["Addresses"],
            "launch templates": ec2.describe_launch_templates()["LaunchTemplates"],
            "buckets": self.client("s3").list_buckets()["Buckets"],
            "topics": self.client("sns").list_topics()["Topics"],
            "queues": self.client("sqs").list_queues().get("QueueUrls", []),
            "functions": self.client("lambda").list_functions()["Functions"],
            "databases": self.client("rds").describe_db_instances()["DBInstances"],
            "load balancers": self.client("elbv2").describe_load_balancers()["LoadBalancers"],
            "groups": self.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"],
            "roles": self.client("iam").list_roles()["Roles"],
            "instance profiles": self.client("iam").list_instance_profiles()["InstanceProfiles"],
            "alarms": self.client("cloudwatch").describe_alarms()["MetricAlarms"],
            "log groups": self.client("logs").describe_log_groups()["logGroups"],
            "secrets": self.client("secretsmanager").list_secrets()["SecretList"],
            "rules": self.client("events").list_rules()["Rules"],
            "firewalls": self.client("wafv2").list_web_acls(Scope="REGIONAL")["WebACLs"],
        }
        return {kind: items for kind, items in held.items() if items}


def text(document: Any) -> Any:
    """A policy, whether AWS gave it as text or not."""
    return json.loads(document) if isinstance(document, str) else document
