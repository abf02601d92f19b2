"""A command of the AWS CLI as botocore's models know it: what is wrong with it, and the call that it makes.
The CLI derives its commands from the same models: an operation and a member in small letters with hyphens."""

import json
import re
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import botocore.session
import jmespath
from botocore import xform_name
from botocore.model import OperationModel, Shape
from botocore.utils import parse_timestamp
from botocore.validate import ParamValidator

SESSION = botocore.session.get_session()
SERVICES = {"s3api": "s3"}  # where the CLI's name is another
EVERYWHERE = {"--region", "--query", "--output", "--profile", "--no-cli-pager", "--endpoint-url"}
# What the CLI has beside the models, with the options that we use.
OWN = {
    ("s3", "sync"): {"--delete", "--exclude", "--include", "--dryrun"},
    ("s3", "cp"): {"--recursive", "--version-id"},
    ("s3", "ls"): {"--recursive"},
    ("logs", "tail"): {"--follow", "--since", "--format", "--filter-pattern", "--log-stream-name-prefix"},
    ("configure",): set(),
    ("configure", "sso"): {"--profile"},
}
WITH_FILE = {("s3api", "get-object"), ("lambda", "invoke")}  # their answer is a stream, which goes into a file


class Command(NamedTuple):
    """`options`: each with its words. `words`: the others, after service and operation."""

    service: str
    operation: str
    options: dict[str, list[str]]
    words: list[str]

    @property
    def own(self) -> set[str] | None:
        """The options of a command that is no call of an API."""
        return OWN.get((self.service, self.operation) if self.operation else (self.service,))


class Wrong(Exception):
    """What is wrong with a command."""


def parse(words: list[str]) -> Command:
    """`words` begin with aws, service and operation. What follows an option is its value, but for the name of a file
    at the end that the answer goes into."""
    plain: list[str] = []
    options: dict[str, list[str]] = {}
    values = plain
    for word in words[1:]:
        if word.startswith("--"):
            values = options.setdefault(word, [])
        else:
            values.append(word)
    if tuple(plain[:2]) in WITH_FILE and len(plain) == 2 and options:
        plain.append(values.pop())
    return Command(plain[0], plain[1] if len(plain) > 1 else "", options, plain[2:])


def problems(command: Command, complete: bool = True) -> list[str]:
    """What is wrong, in words; [] for nothing. `complete`: what is required must be there."""
    if command.own is not None:
        return [f"{name}: not known" for name in command.options.keys() - command.own - EVERYWHERE]
    try:
        operation = model(command)
        asked = arguments(command, operation)
        _query(command, operation)
    except Wrong as wrong:
        return [str(wrong)]
    report = ParamValidator().validate(asked, operation.input_shape)
    found = [report.generate_report()] if complete and report.has_errors() else []
    if len(command.words) != _wanted(command):
        found.append(f"{' '.join(command.words)}: {_wanted(command)} words are wanted beside the options")
    return found + [each for name in asked for each in _limits(name, operation.input_shape.members[name])]


def run(command: Command, client: Callable[[str], Any]) -> Any:
    """What AWS says, after --query; `client` gives the one for a service. A waiter asks without a pause."""
    operation = model(command)
    asked, service = arguments(command, operation), SERVICES.get(command.service, command.service)
    if command.operation == "wait":
        waits = {"Delay": 0, "MaxAttempts": 20}
        return client(service).get_waiter(xform_name(_camel(command.words[0]))).wait(**asked, WaiterConfig=waits)
    answer = getattr(client(service), xform_name(operation.name))(**asked)
    if (command.service, command.operation) in WITH_FILE:
        return answer["Body"].read()
    return search(command.options["--query"][0], answer) if "--query" in command.options else answer


def search(expression: str, answer: Any) -> Any:
    """By JMESPath, as the CLI does: it takes `InService` for a text without a word, and the library warns."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        return jmespath.search(expression, answer)


def model(command: Command) -> OperationModel:
    """The operation, for `wait` the one that is asked; Wrong where there is none."""
    service = SERVICES.get(command.service, command.service)
    if service not in SESSION.get_available_services():
        raise Wrong(f"aws {command.service}: no such service")
    name = command.operation
    if name == "wait":
        waiters = SESSION.get_waiter_model(service)
        known = {xform_name(each, "-"): each for each in waiters.waiter_names}
        if command.words[0] not in known:
            raise Wrong(f"aws {service} wait {command.words[0]}: no such waiter")
        name = xform_name(waiters.get_waiter(known[command.words[0]]).operation, "-")
    known = _operations(service)
    if name not in known:
        raise Wrong(f"aws {command.service} {name}: no such operation")
    return SESSION.get_service_model(service).operation_model(known[name])


def arguments(command: Command, operation: OperationModel) -> dict[str, Any]:
    """The call's arguments; Wrong for an option that it does not have, or a value that is none."""
    members = {f"--{xform_name(name, '-')}": (name, shape) for name, shape in operation.input_shape.members.items()}
    flags = {f"--no-{name[2:]}": name for name, (_, shape) in members.items() if shape.type_name == "boolean"}
    made = {}
    for option, words in command.options.items():
        if option in EVERYWHERE:
            continue
        if flags.get(option, option) not in members:
            raise Wrong(f"{option}: aws {command.service} {command.operation} has no such option")
        name, shape = members[flags.get(option, option)]
        if shape.type_name == "boolean" and words:
            raise Wrong(f"{option} takes no value, and {' '.join(words)} follows it")
        made[name] = option not in flags if shape.type_name == "boolean" else _value(option, shape, words)
    return made


def _wanted(command: Command) -> int:
    """Words beside service, operation and options: a waiter's name, a file's."""
    return int(command.operation == "wait" or (command.service, command.operation) in WITH_FILE)


@cache
def _operations(service: str) -> dict[str, str]:
    return {xform_name(name, "-"): name for name in SESSION.get_service_model(service).operation_names}


def _camel(name: str) -> str:
    return "".join(part.title() for part in name.split("-"))


def _value(option: str, shape: Shape, words: list[str]) -> Any:
    """https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-shorthand.html"""
    if not words:
        raise Wrong(f"{option} lacks its value")
    if words[0][0] in "[{" and shape.type_name in ("list", "structure", "map"):
        return json.loads(words[0])
    if shape.type_name == "list":
        return [_value(option, shape.member, [word]) for word in words]
    if len(words) > 1:
        raise Wrong(f"{option} takes one value: {' '.join(words)}")
    if shape.type_name in ("structure", "map"):
        return _shorthand(option, shape, words[0])
    return _scalar(option, shape, words[0])


def _shorthand(option: str, shape: Any, word: str) -> dict[str, Any]:
    """Name=group-name,Values=a,b"""
    made = {}
    for part in re.split(r",(?=\w+=)", word):
        name, _, value = part.partition("=")
        if shape.type_name == "map":
            made[name] = _value(option, shape.value, [value])
        elif name not in shape.members:
            raise Wrong(f"{option} has no {name}")
        else:
            member = shape.members[name]
            made[name] = _value(option, member, value.split(",") if member.type_name == "list" else [value])
    return made


def _scalar(option: str, shape: Shape, word: str) -> Any:
    if word.startswith("file://"):
        word = Path(word.removeprefix("file://")).read_text() if Path(word[7:]).is_file() else word
    try:
        convert = {"integer": int, "long": int, "double": float, "float": float, "timestamp": parse_timestamp}
        made = convert.get(shape.type_name, str)(word)
    except ValueError as error:
        raise Wrong(f"{option}: {word} is no {shape.type_name}") from error
    if getattr(shape, "enum", None) and made not in shape.enum:
        raise Wrong(f"{option}: {word} is none of {', '.join(shape.enum)}")
    return made


def _query(command: Command, operation: OperationModel) -> None:
    """--query is JMESPath, and begins with a field of the answer."""
    for expression in command.options.get("--query", []):
        first = re.match(r"\w+", expression)
        search(expression, {})
        if first and first[0] not in operation.output_shape.members:
            raise Wrong(f"--query: {operation.name}'s answer has no {first[0]}")


ENGINES = r"Oracle|SQL Server|Db2|PostgreSQL|Aurora|MariaDB|RDS Custom|Neptune|FIFO|Windows"
OURS = "MySQL"


def _limits(name: str, shape: Shape) -> list[str]:
    """Sentences of AWS's documentation that say it is for others only."""
    sentences = re.split(r"(?<=\.)\s", re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", shape.documentation)))
    for_others = [each for each in sentences if re.search(r"\bonly\b", each) and re.search(ENGINES, each)]
    return [f"{name}: {each.strip()}" for each in for_others if OURS not in each]
