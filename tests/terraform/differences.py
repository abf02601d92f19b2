"""What a second plan finds on moto although nothing changed: each an attribute that moto does not keep or give back.
Anything that is not listed is a fault of ours."""

from collections.abc import Iterator
from typing import Any

KNOWN = {
    "aws_db_instance": {
        "engine_lifecycle_support": "moto's DescribeDBInstances leaves it out",
    },
    "aws_db_parameter_group": {
        "parameter": "moto lists no parameters of MySQL 8.4, so none seems to be set",
    },
    "aws_vpc_security_group_egress_rule": {
        "description": "moto keeps no description of a rule that refers to a group",
    },
    "aws_vpc_security_group_ingress_rule": {
        "description": "moto keeps no description of a rule that refers to a group",
    },
    "aws_autoscaling_group": {
        "default_instance_warmup": "moto does not keep it",
        "instance_maintenance_policy": "moto does not keep it",
        "capacity_reservation_specification": "moto gives back an empty one",
        "launch_template": "follows from the launch template's",
    },
    "aws_autoscaling_policy": {
        "enabled": "moto leaves it out, which reads as false",
        "predictive_scaling_configuration": "moto gives back an empty one",
    },
    "aws_launch_template": {
        "tag_specifications": "moto adds one for the template itself",
        "default_version": "follows from the line above",
        "latest_version": "follows from the line above",
    },
    "aws_lambda_event_source_mapping": {
        "function_name": "moto gives back the version that the alias named, not the alias",
    },
    "aws_lambda_function": {
        "logging_config": "moto does not give it back",
    },
}


def unknown(plan: dict[str, Any]) -> list[str]:
    """The differences of a plan (`terraform show -json`) that are not known, as "address: attribute"."""
    return [
        f"{change['address']}: {attribute or change['change']['actions']}"
        for change in plan["resource_changes"]
        if change["mode"] == "managed" and change["change"]["actions"] != ["no-op"]
        for attribute in _attributes(change["change"])
        if attribute not in KNOWN.get(change["type"], {})
    ]


def _attributes(change: dict[str, Any]) -> Iterator[str]:
    """The top-level attributes that an update touches; "" for anything but an update."""
    before, after, later = change["before"], change["after"], change["after_unknown"]
    if change["actions"] != ["update"]:
        yield ""
        return
    for name in sorted({*before, *after, *later}):
        if later.get(name) is True or before.get(name) != after.get(name):
            yield name
