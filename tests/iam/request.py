"""One question for the simulator: may this actor do this to that?"""

from typing import Any, NamedTuple

from tests.iam.stack import ACTORS, PROCESSORS, Stack


class Request(NamedTuple):
    """`actor`: one of stack.ACTORS, a service's name such as s3.amazonaws.com, the ARN of a role somewhere else, or
    "anybody", who has no credentials. `source`: who asks so, for people. `context`: condition keys beside the usual
    ones. `from_code`: our code asks from inside the VPC, not AWS itself and not a browser."""

    actor: str
    action: str
    resource: str
    source: str
    context: tuple[tuple[str, str], ...] = ()
    from_code: bool = True


def simulation(request: Request, stack: Stack) -> dict[str, Any]:
    """What @cloud-copilot/iam-simulate wants to know: request, policies of the identity, of the resource and of the
    endpoint on the way."""
    service, ours = request.action.split(":")[0], request.actor in ACTORS
    asked = {
        "principal": _principal(request.actor, stack),
        "action": request.action,
        "resource": {"resource": request.resource, "accountId": stack.account},
        "contextVariables": _context(request, stack),
    }
    identity = stack.identity_policies(stack.role(request.actor)) if ours else []
    endpoints = stack.endpoint_policies(service) if ours and request.from_code else []
    return {
        "request": asked,
        "identityPolicies": [{"name": each.address, "policy": each.document} for each in identity],
        "resourcePolicy": stack.resource_policy(request.resource) if request.resource != "*" else None,
        "vpcEndpointPolicies": [{"name": each.address, "policy": each.document} for each in endpoints],
        "serviceControlPolicies": [],
        "resourceControlPolicies": [],
    }


def _principal(actor: str, stack: Stack) -> Any:
    if actor == "anybody":
        return {"type": "Anonymous"}
    if actor not in ACTORS:
        return actor
    return f"arn:{stack.partition}:sts::{stack.account}:assumed-role/{stack.role(actor)}/any"


def _context(request: Request, stack: Stack) -> dict[str, str]:
    """Credentials of a function's code name the function (Lambda developer guide, "Using source function ARN to
    control function access behavior"); those with which Lambda acts itself do not."""
    context = {"aws:SecureTransport": "true", **dict(request.context)}
    if request.from_code and request.actor in PROCESSORS:
        context["lambda:SourceFunctionArn"] = stack.function(request.actor)
    return context
