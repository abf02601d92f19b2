"""Every aws command that we tell somebody to run, or run ourselves, against botocore's models."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs import aws_cli, shell
from tests.terraform.hcl import blocks

ROOT = Path(__file__).parents[2]
COMMAND = re.compile(r"aws [a-z0-9-]+ [a-z0-9-]+(?: --[a-z-]+(?: [^\s-][^\s`)]*)?)*")
RESTORE = (
    "aws rds restore-db-instance-to-point-in-time --source-db-instance-identifier annotations"
    " --target-db-instance-identifier annotations-restored --restore-time 2026-11-24T10:00:00Z"
)


def texts() -> Iterator[tuple[str, str]]:
    """Where commands are written: a name, and the text."""
    for page in [*sorted(ROOT.glob("docs/*.md")), ROOT / "README.md", ROOT / "terraform/README.md"]:
        for block in shell.blocks(page.read_text()):
            yield page.name, block
    for name, output in blocks("", "output").items():
        if isinstance(output["value"], str):
            yield from ((f"output {name}", with_locals(each)) for each in either(output["value"]))
    script = (ROOT / "deploy/user_data.sh").read_text().replace("$${", "${")
    yield from (("user_data.sh", line) for line in script.replace("\\\n", " ").splitlines())
    for tool in sorted((ROOT / "deploy").glob("*.py")):
        for said in words_of(ast.parse(tool.read_text())):
            yield from ((tool.name, command) for command in COMMAND.findall(said))


def either(expression: str) -> list[str]:
    """Both locals of a conditional; else the expression itself."""
    found = re.fullmatch(r"\$\{.+ \? (local\.\w+) : (local\.\w+)\}", expression)
    return [f"${{{each}}}" for each in found.groups()] if found else [expression]


def with_locals(expression: str) -> str:
    """With what the locals that it names say."""
    known = {name: value for name, value in blocks("", "locals").items() if isinstance(value, str)}
    filled = re.sub(r"\$\{local\.(\w+)\}", lambda named: known.get(named[1], named[0]), expression)
    return filled if filled == expression else with_locals(filled)


def words_of(node: ast.AST) -> Iterator[str]:
    """The texts in Python code, with a 1 in place of what is filled in."""
    if isinstance(node, ast.JoinedStr):
        yield "".join(part.value if isinstance(part, ast.Constant) else "1" for part in node.values)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield re.sub(r"\{\w+\}", "1", node.value)
    else:
        for inner in ast.iter_child_nodes(node):
            yield from words_of(inner)


def found() -> list[tuple[str, list[str]]]:
    """Each command, with where it stands; one without options only names an operation."""
    made = []
    for place, text in texts():
        for words in shell.commands(text):
            words = words[words.index("aws") :] if "aws" in words else []
            if len(words) > 1 and words[1][0].islower():
                made.append((place, words))
    return made


FOUND = found()


def problems(text: str) -> list[str]:
    commands = [words for words in shell.commands(text) if words[0] == "aws"]
    return [each for words in commands for each in aws_cli.problems(aws_cli.parse(words))]


def test_it_works():
    assert {place for place, _ in FOUND} >= {"deploy.md", "output open_shell", "output set_model_key", "user_data.sh"}
    assert len(FOUND) > 20
    assert problems(RESTORE) == []


@pytest.mark.parametrize(("place", "words"), FOUND, ids=lambda value: value if isinstance(value, str) else value[2])
def test_a_command_is_one(place, words):
    command = aws_cli.parse(words)
    assert aws_cli.problems(command, complete=bool(command.options)) == [], " ".join(words)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (RESTORE + " --manage-master-user-password", "Applies to RDS for Oracle only."),
        (RESTORE + " --no-such-thing", "--no-such-thing: aws rds restore-db-instance-to-point-in-time has no such"),
        (RESTORE.replace("2026-11-24T10:00:00Z", "yesterday"), "yesterday is no timestamp"),
        (RESTORE + " --publicly-accessible false", "takes no value"),
        (RESTORE + " --port mysql", "mysql is no integer"),
        ("aws rds restore-the-database", "no such operation"),
        ("aws rdz describe-db-instances", "no such service"),
        ("aws rds wait database-available --db-instance-identifier a", "no such waiter"),
        (
            "aws rds modify-db-instance --apply-immediately",
            'Missing required parameter in input: "DBInstanceIdentifier"',
        ),
        ("aws ec2 describe-security-groups --filters Names=group-name,Values=a", "--filters has no Names"),
        ("aws s3api put-bucket-versioning --bucket b --versioning-configuration Status=On", "On is none of Enabled, "),
        ("aws rds describe-db-instances --query Instances[0]", "answer has no Instances"),
        ("aws rds describe-db-instances annotations", "annotations: 0 words are wanted"),
        ("aws logs tail --folow NAME", "--folow: not known"),
        ('eval "$(aws rds describe-instances)"', "no such operation"),
    ],
)
def test_what_is_wrong_is_found(text, problem):
    assert any(problem in each for each in problems(text)), problems(text)
