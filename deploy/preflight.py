"""`make preflight`: what the AWS account lacks for the stack that terraform.tfvars describes, before its first apply.
It only reads. One line for each question; ends with status 1 when something is missing. What may not be asked, or can't
be, is said, and is no failure: the answer is not known."""

import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from deploy import choices
from deploy.quotas import Client, Quota, quotas, zones

# Where each partition answers what is about the account and no region: before it is known whether ours is switched on.
HOMES = {"aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
RAISE = (
    "aws service-quotas request-service-quota-increase --region {region} --service-code {service}"
    " --quota-code {code} --desired-value {value}"
)


class Missing(Exception):
    """The account lacks something; the text says what it is and what to do."""


def main() -> int:
    """Print every answer; the exit status."""
    region = choices.choice("region")
    print(f"A first apply in {region}, with what terraform.tfvars says:")
    lacking = 0
    for name, check in _checks(region):
        mark, words = _answer(check)
        print(f"{mark:6}{name}: {words}", flush=True)
        lacking += mark == "LACKS"
        if lacking and name in ("credentials", "region"):
            break  # nothing else can be asked
    print(
        f"\n{lacking} of these will stop an apply. Mend them first." if lacking else "\nNothing is known to be missing."
    )
    return int(lacking > 0)


def _answer(check: Callable[[], str]) -> tuple[str, str]:
    try:
        return "ok", check()
    except Missing as lacks:
        return "LACKS", str(lacks)
    except (ClientError, BotoCoreError) as error:
        return "?", f"could not be asked: {error}"


def _checks(region: str) -> Iterator[tuple[str, Callable[[], str]]]:
    session = boto3.Session()
    ask = partial(session.client, region_name=region)
    home = HOMES.get(session.get_partition_for_region(region), "us-east-1")
    yield "credentials", lambda: credentials(session.client("sts", region_name=home))
    yield "region", lambda: enabled(session.client("ec2", region_name=home), region)
    yield "plan", lambda: plan(session.client("freetier", region_name=home))
    yield "zones", lambda: offered(ask)
    yield "functions at once", lambda: concurrency(ask, region)
    for quota in quotas():
        # Buckets are counted for the whole account, at home.
        place = home if quota.service == "s3" else region
        yield quota.name, partial(enough, quota, partial(session.client, region_name=place), place)


def credentials(sts: Any) -> str:
    """Who we are to AWS."""
    try:
        return str(sts.get_caller_identity()["Arn"])
    except (BotoCoreError, ClientError) as error:
        raise Missing(f"{error}. Sign in as the AWS CLI does: aws configure sso, or aws configure.") from error


def enabled(ec2: Any, region: str) -> str:
    """Regions opened since 2019 are off until an account switches them on."""
    (found,) = ec2.describe_regions(AllRegions=True, RegionNames=[region])["Regions"]
    if found["OptInStatus"] == "not-opted-in":
        raise Missing(f"{region} is off. Switch it on: aws account enable-region --region-name {region}")
    return f"{region} is on"


def plan(freetier: Any) -> str:
    """The free plan (since July 2025) refuses the database's backups, and some instance types."""
    try:
        told = freetier.get_account_plan_state()
    except freetier.exceptions.ResourceNotFoundException:
        return "none, as with accounts from before there were plans"
    if told["accountPlanType"] == "FREE":
        raise Missing(
            "the free plan. Change to the paid one: aws freetier upgrade-account-plan --account-plan-type PAID"
        )
    return "paid"


def offered(ask: Client) -> str:
    """Two zones, or those that are named, that have the instance type."""
    kind, named = choices.choice("instance_type"), choices.texts("availability_zones")
    filters = [{"Name": "instance-type", "Values": [kind]}]
    offers = ask("ec2").describe_instance_type_offerings(LocationType="availability-zone", Filters=filters)
    found = sorted(each["Location"] for each in offers["InstanceTypeOfferings"])
    if lacking := sorted(set(named) - set(found)):
        raise Missing(
            f"{kind} is not to be had in {', '.join(lacking)}, but in {', '.join(found) or 'no zone'}: name those."
        )
    if len(found) < zones():
        raise Missing(f"{kind} is to be had in {len(found)} zones. Choose another instance_type.")
    return f"{kind} is to be had in {', '.join(found)}"


def concurrency(ask: Client, region: str) -> str:
    """Both functions at their most. What SQS hands to a function that Lambda then refuses counts as tried, and ends in
    the dead letters."""
    most = choices.number("function_concurrency")
    limit = ask("lambda").get_account_settings()["AccountLimit"]
    free = limit["UnreservedConcurrentExecutions"]
    if free < 2 * most:
        more = RAISE.format(region=region, service="lambda", code="L-B99A9384", value=1000)
        lower = f"set function_concurrency = {free // 2} in terraform.tfvars, or " if free >= 4 else ""
        raise Missing(f"{2 * most} are needed, {free} are free. Either {lower}ask for more: {more}")
    return f"{2 * most} are needed, {free} are free"


def enough(quota: Quota, ask: Client, region: str) -> str:
    """What the stack needs fits into what is left of a quota."""
    needed = quota.needed(ask)
    limit, used = _limit(ask("service-quotas"), quota), quota.used(ask)
    words = f"{needed} needed, {used} of {limit} in use"
    if used + needed > limit:
        value = RAISE.format(region=region, service=quota.service, code=quota.code, value=used + needed)
        raise Missing(f"{words}. Ask for more: {value}")
    return words


def _limit(client: Any, quota: Quota) -> int:
    """The account's own value, or AWS's default where there is none of its own."""
    asked = {"ServiceCode": quota.service, "QuotaCode": quota.code}
    try:
        found = client.get_service_quota(**asked)
    except client.exceptions.NoSuchResourceException:
        found = client.get_aws_default_service_quota(**asked)
    return int(found["Quota"]["Value"])


if __name__ == "__main__":
    sys.exit(main())
