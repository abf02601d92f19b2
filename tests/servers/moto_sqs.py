"""A queue's attributes, where moto does otherwise than AWS: what is not set stays, and a policy comes back as it was
written, without blanks. Else each apply would find something to do, and take the queue's policy away."""

import json
from typing import Any


def patch() -> None:
    """Mend moto in this process."""
    from moto.sqs.models import Queue

    set_attributes, attributes = Queue._set_attributes, Queue.attributes.fget

    def kept(self: Any, given: dict[str, Any], now: float | None = None) -> None:
        policy = getattr(self, "policy", None)
        set_attributes(self, {"Policy": policy, **given}, now)

    def compact(self: Any) -> dict[str, Any]:
        found = attributes(self)
        if "RedrivePolicy" in found:
            found["RedrivePolicy"] = json.dumps(self.redrive_policy, separators=(",", ":"))
        return found

    Queue._set_attributes = kept
    Queue.attributes = property(compact)
