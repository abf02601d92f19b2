"""AWS's quotas that a first apply may meet: how much a stack needs of each, and how much of it is taken. The codes are
AWS's own, the same in every region (`aws service-quotas list-service-quotas --service-code …`)."""

import math
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from deploy import choices

Client = Callable[[str], Any]  # a service's name -> its client in the stack's region
STANDARD = "acdhimrtz"  # families of instance types that share one quota of vCPUs


class Quota(NamedTuple):
    """`used` and `needed` ask AWS; they raise what botocore raises."""

    name: str
    service: str
    code: str
    used: Callable[[Client], int]
    needed: Callable[[Client], int]


def quotas() -> list[Quota]:
    """Those that the chosen variables touch."""
    return [
        Quota("VPCs", "vpc", "L-F678F1CE", _count("ec2", "describe_vpcs", "Vpcs"), lambda _: 1),
        Quota("Elastic IP addresses", "ec2", "L-0263D0A3", _addresses, lambda ask: _gateways() + _bastions()),
        Quota("NAT gateways in a zone", "vpc", "L-FE5A380F", _most_in_a_zone, lambda _: min(_gateways(), 1)),
        Quota("vCPUs of on-demand instances", "ec2", "L-1216C47A", _running_cpus, _cpus),
        Quota("load balancers", "elasticloadbalancing", "L-53DA6B97", _balancers, lambda _: 1),
        Quota("RDS instances", "rds", "L-7B6409FD", _count("rds", "describe_db_instances", "DBInstances"), lambda _: 1),
        Quota("buckets", "s3", "L-DC2B2D3D", _count("s3", "list_buckets", "Buckets"), lambda _: 3),
    ]


def zones() -> int:
    """How many zones the stack is spread over; the default names none and takes two."""
    return len(choices.texts("availability_zones")) or 2


def _gateways() -> int:
    return {"none": 0, "single": 1}.get(choices.choice("nat_gateways"), zones())


def _bastions() -> int:
    return int(bool(choices.texts("admin_cidrs")))


def _cpus(ask: Client) -> int:
    """Of the web instances at their most, a third more while they are replaced, and of the bastion."""
    instances = math.ceil(choices.number("web_capacity") * 1.34)
    return _of_types(ask, [choices.choice("instance_type")] * instances + ["t3.micro"] * _bastions())


def _running_cpus(ask: Client) -> int:
    running = [{"Name": "instance-state-name", "Values": ["pending", "running"]}]
    reservations = _pages(ask("ec2"), "describe_instances", "Reservations", Filters=running)
    instances = [each for reservation in reservations for each in reservation["Instances"]]
    return _of_types(ask, [each["InstanceType"] for each in instances if _counts(each)])


def _of_types(ask: Client, kinds: list[str]) -> int:
    """vCPUs of an instance of each type."""
    if not kinds:
        return 0
    told = _pages(ask("ec2"), "describe_instance_types", "InstanceTypes", InstanceTypes=sorted(set(kinds)))
    cpus = {each["InstanceType"]: each["VCpuInfo"]["DefaultVCpus"] for each in told}
    return sum(cpus[kind] for kind in kinds)


def _counts(instance: dict[str, Any]) -> bool:
    return instance["InstanceType"][0] in STANDARD and instance.get("InstanceLifecycle") != "spot"


def _addresses(ask: Client) -> int:
    return len(ask("ec2").describe_addresses()["Addresses"])


def _most_in_a_zone(ask: Client) -> int:
    there = [{"Name": "state", "Values": ["pending", "available"]}]
    subnets = [each["SubnetId"] for each in _pages(ask("ec2"), "describe_nat_gateways", "NatGateways", Filter=there)]
    if not subnets:
        return 0
    found = ask("ec2").describe_subnets(SubnetIds=sorted(set(subnets)))["Subnets"]
    zone = {subnet["SubnetId"]: subnet["AvailabilityZone"] for subnet in found}
    return max(Counter(zone[subnet] for subnet in subnets).values())


def _balancers(ask: Client) -> int:
    balancers = _pages(ask("elbv2"), "describe_load_balancers", "LoadBalancers")
    return sum(each["Type"] == "application" for each in balancers)


def _count(service: str, operation: str, key: str) -> Callable[[Client], int]:
    return lambda ask: sum(1 for _ in _pages(ask(service), operation, key))


def _pages(client: Any, operation: str, key: str, **asked: Any) -> Iterator[Any]:
    for page in client.get_paginator(operation).paginate(**asked):
        yield from page[key]
