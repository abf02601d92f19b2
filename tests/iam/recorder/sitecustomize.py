"""Notes every call that a process makes to AWS with botocore, and every URL that it signs: a line of JSON each, in the
file that AWS_CALLS names, before the call is sent. Python imports this by itself where this folder is on PYTHONPATH
(Python library reference, module site); on Lambda `wrapper` does. The product knows nothing of it.

A line: role, service, operation, parameters. Of the parameters only those that name what is meant, never a content."""

import json
import os
import sys
from functools import wraps
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from typing import Any

NAMING = ("ACL", "Bucket", "FunctionName", "Key", "Name", "QueueUrl", "SecretId", "Tagging", "TopicArn", "VersionId")


def note(service: str, operation: str, parameters: dict[str, Any]) -> None:
    """Append one line. Processes that write at once do not mix them: each line is one write of a file opened to append
    (POSIX, write)."""
    named = {name: parameters[name] for name in NAMING if isinstance(parameters.get(name), str)}
    role = os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "web")
    line = {"role": role, "service": service, "operation": operation, "parameters": named}
    with open(os.environ["AWS_CALLS"], "ab", buffering=0) as file:
        file.write(json.dumps(line).encode() + b"\n")


def patch_client(module: Any) -> None:
    """botocore.client: one method makes the calls of all services."""
    send = module.BaseClient._make_api_call

    @wraps(send)
    def noted(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
        note(client.meta.service_model.service_name, operation, parameters)
        return send(client, operation, parameters)

    module.BaseClient._make_api_call = noted


def patch_signers(module: Any) -> None:
    """botocore.auth: presigned URLs are calls that a browser makes later, with the rights of who signed."""
    sign = module.SigV4QueryAuth._modify_request_before_signing

    @wraps(sign)
    def noted(signer: Any, request: Any) -> Any:
        if isinstance(signer, module.S3SigV4QueryAuth):
            note("s3", f"presigned {request.method}", {"Name": request.url.split("?")[0]})
        return sign(signer, request)

    module.SigV4QueryAuth._modify_request_before_signing = noted


PATCHES = {"botocore.client": patch_client, "botocore.auth": patch_signers}


class Finder(MetaPathFinder):
    """Patches botocore's modules when somebody imports them: they are not there yet, and most processes need none."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """The usual one, whose loader patches what it has loaded."""
        if name not in PATCHES or (spec := PathFinder.find_spec(name, path, target)) is None:
            return None
        loader: Any = spec.loader
        execute = loader.exec_module

        def exec_module(module: Any) -> None:
            execute(module)
            PATCHES[name](module)

        loader.exec_module = exec_module
        return spec


if os.environ.get("AWS_CALLS"):
    sys.meta_path.insert(0, Finder())
