"""`make deploy`: build, apply, and wait until every instance runs the new version. `make rollback`: the same with the
packages that ran before, which the bucket of what is deployed still has. Both end with status 1 when it went wrong."""

import argparse
import sys
from collections.abc import Callable
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from deploy import choices, former, package, refresh, terraform

FAILED = """
THE RELEASE HAS FAILED: the instance refresh ended as {status}, at {percent} %.
  Why, in AWS's words: {reason}
  What the new instances said, in the streams INSTANCE/start:
      aws logs tail --since 2h --region {region} {log_group}
  Instances that were not replaced serve on. To bring the former packages back: make rollback"""
NOT_SWITCHED = """
THE RELEASE IS NOT WHOLE: the alias live of {function} stands at version {live}, and Terraform published {newest}.
  An instance switches it when it has migrated the database. Why that did not happen is in its stream INSTANCE/start:
      aws logs tail --since 2h --region {region} {log_group}"""

OTHER_CAPTIONER = """\
The packages that ran before are those of the captioner {before}, and terraform.tfvars chooses {now}. Either go back to
both: set captioner = "{before}" there, and make rollback again (its key may have to be put in again). Or keep {now},
with the code of the former tag: git checkout THE-FORMER-TAG, then make deploy."""


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--auto", action="store_true", help="do not ask before applying")
    parser.add_argument("--rollback", action="store_true", help="the packages that ran before, instead of new ones")
    chosen = parser.parse_args(arguments)
    terraform.is_there()
    try:
        release(bring_back if chosen.rollback else build, chosen.auto)
    except (BotoCoreError, ClientError, refresh.StillRunning) as error:
        sys.exit(f"{error}.\nWhat has begun goes on without us. To go on watching it: make deploy, once more.")


def release(packages: Callable[[dict[str, Any]], None], unasked: bool) -> None:
    """`packages` puts them into build/; then apply, wait and check. SystemExit with the words when it went wrong."""
    before = terraform.outputs()
    packages(before)
    known = _newest(before).get("InstanceRefreshId", "") if "auto_scaling_group" in before else ""
    terraform.apply(unasked)
    stack = terraform.outputs()
    if refresh.started(lambda: _newest(stack), known):
        _succeeds(refresh.wait(lambda: _newest(stack), _say), stack)
        _say("Every instance runs the new version.")
    else:
        _say("Nothing changed for the instances, so none is replaced.")
    _functions_follow(stack)
    _say(f"Released: {stack['site_url']}")


def build(stack: dict[str, Any]) -> None:
    """New packages, from this folder."""
    package.build(package.BUILD)


def bring_back(stack: dict[str, Any]) -> None:
    """The former packages, out of the bucket. Exits in words where there is nothing to go back to."""
    if "artifacts_bucket" not in stack:
        sys.exit("Nothing has been deployed from this folder yet, so there is nothing to go back to.")
    s3, bucket = _client("s3", stack), stack["artifacts_bucket"]
    known = former.releases(former.versions(s3, bucket))
    if len(known) < 2:
        sys.exit(f"s3://{bucket} holds one release only, so there is nothing to go back to.")
    current, before = known[-1], known[-2]
    _same_captioner(former.captioner(s3, bucket, before), choices.choice("captioner"))
    _say(f"Back from the packages of {former.began(current):%F %T %Z} to those of {former.began(before):%F %T %Z}.")
    former.fetch(s3, bucket, before, package.BUILD)


def _same_captioner(before: str, now: str) -> None:
    """What is in the package must fit what Terraform tells the function."""
    if before != now:
        sys.exit(OTHER_CAPTIONER.format(before=before, now=now))


def _succeeds(ended: dict[str, Any], stack: dict[str, Any]) -> None:
    if ended["Status"] != "Successful":
        reason, percent = ended.get("StatusReason", "it gave no reason"), ended.get("PercentageComplete", 0)
        sys.exit(FAILED.format(status=ended["Status"], percent=percent, reason=reason, **_where(stack)))


def _functions_follow(stack: dict[str, Any]) -> None:
    """The alias that SQS invokes stands at the version that Terraform published last."""
    client = _client("lambda", stack)
    for function, newest in stack["releases"].items():
        live = client.get_alias(FunctionName=function, Name="live")["FunctionVersion"]
        if live != newest:
            sys.exit(NOT_SWITCHED.format(function=function, live=live, newest=newest, **_where(stack)))
        _say(f"{function} runs version {live}.")


def _where(stack: dict[str, Any]) -> dict[str, str]:
    return {"region": stack["web_environment"]["AWS_REGION"], "log_group": stack["log_groups"]["web"]}


def _client(service: str, stack: dict[str, Any]) -> Any:
    return boto3.client(service, region_name=stack["web_environment"]["AWS_REGION"])


def _newest(stack: dict[str, Any]) -> dict[str, Any]:
    return refresh.newest(_client("autoscaling", stack), stack["auto_scaling_group"])


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
