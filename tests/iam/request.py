"""One question for the simulator: may this actor do this to that?"""

from typing import Any, NamedTuple

from tests.iam.stack import PROCESSORS, ROLES, Stack

STRANGER = "999999999999"  # an account that is not ours
ANYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
# Buckets of others, which let everybody in: what keeps us and intruders from them is the VPC's endpoint.
OPEN = ("al2023-repos-", "strangers-")


class Request(NamedTuple):
    """`actor`: one of stack.ROLES, a service's name such as s3.amazonaws.com, the ARN of a role somewhere else,
    "anybody", who has no credentials, or "intruder", who has brought their own into the VPC. `source`: who asks so, for
    people. `context`: condition keys beside the usual ones. `from_code`: it is asked from inside the VPC, not by AWS
    itself and not by a browser."""

    actor: str
    action: str
    resource: str
    source: str
    context: tuple[tuple[str, str], ...] = ()
    from_code: bool = True


def simulation(request: Request, stack: Stack) -> dict[str, Any]:
    """What @cloud-copilot/iam-simulate wants to know: request, policies of the identity, of the resource and of the
    endpoint on the way."""
    asked = {
        "principal": _principal(request.actor, stack),
        "action": request.action,
        "resource": {"resource": request.resource, "accountId": STRANGER if _is_open(request) else stack.account},
        "contextVariables": _context(request, stack),
    }
    endpoints = stack.endpoint_policies(request.action.split(":")[0]) if request.from_code else []
    return {
        "request": asked,
        "identityPolicies": _identity(request.actor, stack),
        "resourcePolicy": _resource_policy(request, stack),
        "vpcEndpointPolicies": [{"name": each.address, "policy": each.document} for each in endpoints],
        "serviceControlPolicies": [],
        "resourceControlPolicies": [],
    }


def _identity(actor: str, stack: Stack) -> list[dict[str, Any]]:
    if actor == "intruder":
        return [{"name": "all", "policy": {"Version": "2012-10-17", "Statement": [ANYTHING]}}]
    found = stack.identity_policies(stack.role(actor)) if actor in ROLES else []
    return [{"name": each.address, "policy": each.document} for each in found]


def _resource_policy(request: Request, stack: Stack) -> dict[str, Any] | None:
    if _is_open(request):
        return {"Version": "2012-10-17", "Statement": [{**ANYTHING, "Principal": "*"}]}
    return stack.resource_policy(request.resource) if request.resource != "*" else None


def _is_open(request: Request) -> bool:
    return request.resource.split(":")[-1].startswith(OPEN)


def _principal(actor: str, stack: Stack) -> Any:
    if actor == "anybody":
        return {"type": "Anonymous"}
    if actor == "intruder":
        return f"arn:{stack.partition}:iam::{STRANGER}:user/intruder"
    if actor not in ROLES:
        return actor
    return f"arn:{stack.partition}:sts::{stack.account}:assumed-role/{stack.role(actor)}/any"


def _context(request: Request, stack: Stack) -> dict[str, str]:
    """Credentials of a function's code name the function (Lambda developer guide, "Using source function ARN to
    control function access behavior"); those with which Lambda acts itself do not."""
    context = {"aws:SecureTransport": "true", **dict(request.context)}
    if request.from_code and request.actor in PROCESSORS:
        context["lambda:SourceFunctionArn"] = stack.function(request.actor)
    return context
