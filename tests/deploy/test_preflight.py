"""make preflight against moto, with a server of ours for what moto does not know."""

import re
from typing import Any

import pytest

from deploy import preflight, terraform
from tests.servers.account import FakeAccount
from tests.servers.aws import KEYS, FakeAws

pytestmark = pytest.mark.server
NAMES = [
    "credentials", "region", "plan", "zones", "functions at once", "VPCs", "Elastic IP addresses",
    "NAT gateways in a zone", "vCPUs of on-demand instances", "load balancers", "RDS instances", "buckets",
]  # fmt: skip


@pytest.fixture
def account(aws: FakeAws, monkeypatch: Any, tmp_path: Any) -> Any:
    fake = FakeAccount()
    names = ("SERVICE_QUOTAS", "FREETIER", "LAMBDA")
    urls = {"AWS_ENDPOINT_URL": aws.url} | {f"AWS_ENDPOINT_URL_{name}": fake.url for name in names}
    for name, value in {**KEYS, **urls}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(terraform, "FOLDER", tmp_path)
    (tmp_path / "variables.tf").write_text("")
    choose(region="us-east-1")
    yield fake
    fake.stop()


def choose(**chosen: str) -> None:
    """Write terraform.tfvars."""
    all_of_them = {"region": "us-east-1", "instance_type": "t3.micro", "nat_gateways": "single"} | chosen
    lines = [f'{name} = "{value}"' for name, value in all_of_them.items() if name != "lines"]
    lines += ["function_concurrency = 8", "web_capacity = { min = 1, desired = 1, max = 3 }"]
    rest = chosen.get("lines", "availability_zones = []\nadmin_cidrs = []")
    (terraform.FOLDER / "terraform.tfvars").write_text("\n".join([*lines, rest, ""]))


def run(capsys: Any) -> tuple[int, dict[str, str]]:
    """The exit status, and what was said of each."""
    status = preflight.main()
    lines = capsys.readouterr().out.splitlines()
    return status, {line[6:].split(": ")[0]: line for line in lines if re.match(r"(ok|LACKS|\?) ", line)}


def test_an_account_that_has_everything(account, capsys):
    status, said = run(capsys)
    assert (status, list(said)) == (0, NAMES)
    assert all(line.startswith("ok ") for line in said.values()), said
    assert "16 are needed, 1000 are free" in said["functions at once"]
    assert "us-east-1a, us-east-1b" in said["zones"]
    assert re.search(r"10 needed, \d+ of 50 in use", said["vCPUs of on-demand instances"])


def test_it_changes_nothing(account, capsys):
    run(capsys)
    assert set(account.asked) == {
        "GetAccountPlanState", "GetAccountSettings", "GetServiceQuota", "GetAWSDefaultServiceQuota"
    }  # fmt: skip


def test_a_quota_that_is_full(account, aws, capsys):
    vpcs = len(aws.client("ec2").describe_vpcs()["Vpcs"])
    account.quotas["L-F678F1CE"] = vpcs
    status, said = run(capsys)
    assert status == 1
    assert said["VPCs"] == (
        f"LACKS VPCs: 1 needed, {vpcs} of {vpcs} in use. Ask for more: aws service-quotas "
        "request-service-quota-increase --region us-east-1 --service-code vpc --quota-code L-F678F1CE "
        f"--desired-value {vpcs + 1}"
    )


def test_what_is_in_use_is_counted(account, aws, capsys):
    """An address, a NAT gateway, a load balancer and an instance more."""
    before = run(capsys)[1]
    ec2 = aws.client("ec2")
    subnets = ec2.describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["true"]}])["Subnets"][:2]
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    gateway = ec2.create_nat_gateway(SubnetId=subnets[0]["SubnetId"], AllocationId=address)["NatGateway"]
    ids = [subnet["SubnetId"] for subnet in subnets]
    balancer = aws.client("elbv2").create_load_balancer(Name="counted", Subnets=ids)["LoadBalancers"][0]
    image = ec2.describe_images()["Images"][0]["ImageId"]
    made = ec2.run_instances(ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=1)["Instances"][0]
    after = run(capsys)[1]
    for name in ("Elastic IP addresses", "NAT gateways in a zone", "load balancers"):
        assert used(after[name]) == used(before[name]) + 1, name
    assert used(after["vCPUs of on-demand instances"]) == used(before["vCPUs of on-demand instances"]) + 2
    ec2.terminate_instances(InstanceIds=[made["InstanceId"]])
    aws.client("elbv2").delete_load_balancer(LoadBalancerArn=balancer["LoadBalancerArn"])
    ec2.delete_nat_gateway(NatGatewayId=gateway["NatGatewayId"])


def used(line: str) -> int:
    return int(re.search(r"(\d+) of \d+ in use", line)[1])


def test_choices_need_more(account, capsys):
    """A NAT gateway in each of three zones, and a bastion."""
    zones = '["us-east-1a", "us-east-1b", "us-east-1c"]'
    choose(nat_gateways="per_zone", lines=f'availability_zones = {zones}\nadmin_cidrs = ["203.0.113.7/32"]')
    status, said = run(capsys)
    assert status == 0
    assert " 4 needed" in said["Elastic IP addresses"]
    assert " 12 needed" in said["vCPUs of on-demand instances"]


@pytest.mark.parametrize(
    ("free", "words"), [(10, "Either set function_concurrency = 5"), (2, "free. Either ask for more")]
)
def test_a_new_account_has_few_functions_at_once(account, capsys, free, words):
    account.concurrency = free
    status, said = run(capsys)
    assert status == 1
    assert f"LACKS functions at once: 16 are needed, {free} are" in said["functions at once"]
    assert words in said["functions at once"]
    assert "--service-code lambda --quota-code L-B99A9384 --desired-value 1000" in said["functions at once"]


def test_the_free_plan(account, capsys):
    account.plan = "FREE"
    status, said = run(capsys)
    assert status == 1
    assert "aws freetier upgrade-account-plan --account-plan-type PAID" in said["plan"]


def test_an_account_from_before_there_were_plans(account, capsys):
    account.plan = ""
    status, said = run(capsys)
    assert (status, said["plan"][:3]) == (0, "ok ")


def test_what_may_not_be_asked_is_no_failure(account, capsys):
    account.denied = {"GetAccountPlanState", "GetServiceQuota"}
    status, said = run(capsys)
    assert status == 0
    assert said["plan"].startswith("?     plan: could not be asked: ")
    assert "not authorized to perform GetServiceQuota" in said["VPCs"]
    assert said["functions at once"].startswith("ok ")


def test_a_type_that_a_zone_does_not_have(account, capsys):
    choose(lines='availability_zones = ["us-east-1a", "us-east-1z"]\nadmin_cidrs = []')
    status, said = run(capsys)
    assert status == 1
    assert "t3.micro is not to be had in us-east-1z, but in us-east-1a, " in said["zones"]


def test_a_type_that_the_region_does_not_have(account, capsys):
    choose(region="eu-north-1", instance_type="t2.micro")
    status, said = run(capsys)
    assert status == 1
    assert "t2.micro is to be had in 0 zones. Choose another instance_type." in said["zones"]


def test_a_region_that_is_off(account, capsys, monkeypatch):
    """Nothing else can be asked then. moto has them all switched on as the list says."""
    choose(region="af-south-1")
    monkeypatch.setattr(preflight, "enabled", lambda ec2, region: told(region))
    status, said = run(capsys)
    assert (status, list(said)) == (1, ["credentials", "region"])
    assert "aws account enable-region --region-name af-south-1" in said["region"]


def told(region: str) -> str:
    class Ec2:
        def describe_regions(self, **asked: Any) -> dict[str, Any]:
            return {"Regions": [{"RegionName": asked["RegionNames"][0], "OptInStatus": "not-opted-in"}]}

    return ENABLED(Ec2(), region)


ENABLED = preflight.enabled


def test_without_credentials(account, capsys, monkeypatch):
    for name in (*KEYS, "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    status, said = run(capsys)
    assert (status, list(said)) == (1, ["credentials"])
    assert "aws configure" in said["credentials"]
