"""What user_data.sh finds on its PATH instead of an instance's commands: `stand_in.py COMMAND ARGUMENT …`.

Each call is a line of $IMAGE_APP_ROOT/calls. $STAND_IN_FAIL is a JSON object: the start of such a line -> how many
times it fails."""

import json
import os
import re
import shlex
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(os.environ["IMAGE_APP_ROOT"])
CALLS = ROOT / "calls"
AGENT = ROOT / "opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl"


def dnf(*arguments: str) -> None:
    if "amazon-cloudwatch-agent" in arguments:
        AGENT.parent.mkdir(parents=True, exist_ok=True)
        AGENT.write_text(f'#!/bin/sh\necho "agent $@" >> {CALLS}\n')
        AGENT.chmod(0o755)


def aws(service: str, operation: str, *arguments: str) -> None:
    options = dict(zip(arguments[::2], arguments[1::2], strict=False))
    if operation == "get-object":
        import boto3

        wanted = {"Bucket": options["--bucket"], "Key": options["--key"], "VersionId": options["--version-id"]}
        body = boto3.client("s3").get_object(**wanted, ChecksumMode=options["--checksum-mode"])["Body"]
        Path(arguments[-1]).write_bytes(body.read())


def curl(*arguments: str) -> None:
    """The instance's metadata service asks for a token (IMDSv2); everything else is a real request."""
    url = arguments[-1]
    if "169.254.169.254" not in url:
        urllib.request.urlopen(url.replace(":5000/", f":{_port()}/"), timeout=5).close()
    elif url.endswith("/api/token") and "PUT" in arguments:
        sys.stdout.write("the-token")
    elif url.endswith("/meta-data/instance-id") and "X-aws-ec2-metadata-token: the-token" in arguments:
        sys.stdout.write("i-0123456789abcdef0")
    else:
        sys.exit(22)


def systemctl(action: str, *arguments: str) -> None:
    """`enable --now` starts what each unit and its drop-in say, with their environment alone."""
    for unit in arguments[1:] if action == "enable" else ():
        file = ROOT / "etc/systemd/system" / unit
        _start(unit, "".join(part.read_text() for part in [file, *Path(f"{file}.d").glob("*.conf")]))


def _start(unit: str, text: str) -> None:
    if unit == "image_app_proxy.service":
        _proxy(ROOT / "var/www/app/deploy")
    service = dict(line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("#"))
    here = {name: value.replace("/var/www/app", f"{ROOT}/var/www/app") for name, value in service.items()}
    settings = environment_file((ROOT / service["EnvironmentFile"].lstrip("/")).read_text())
    environment = {"PATH": "/usr/bin:/bin", **settings, **dict([service["Environment"].split("=", 1)])}
    with (ROOT / service["StandardOutput"].removeprefix("append:/")).open("a") as log:
        process = subprocess.Popen(
            shlex.split(here["ExecStart"]), cwd=here["WorkingDirectory"], env=environment, stdout=log, stderr=log,
            stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
    (ROOT / f"{unit}.pid").write_text(str(process.pid))


def _port() -> str:
    return (ROOT / "port").read_text()


def _proxy(folder: Path) -> None:
    """nginx.conf for this folder and its own port."""
    conf = folder / "nginx.conf"
    text = conf.read_text().replace("/run/image_app", f"{ROOT}/run/image_app").replace("/var/tmp", f"{ROOT}/var/tmp")
    own = "user root;\n" if os.geteuid() == 0 else ""
    conf.write_text(own + text.replace("listen 5000 ", f"listen 127.0.0.1:{_port()} "))


def environment_file(text: str) -> dict[str, str]:
    """What systemd reads from lines of NAME="value": within double quotes a backslash takes only the meaning of
    these four away (systemd's src/basic/env-file.c, SHELL_NEED_ESCAPE)."""
    pairs = re.findall(r'^(\w+)="(.*)"$', text, re.MULTILINE)
    return {name: re.sub(r'\\(["\\$`])', r"\1", value) for name, value in pairs}


def runuser(*arguments: str) -> None:
    if arguments[-1] == "database_users":  # it has tests of its own, on a server where it may make users
        return
    command = list(arguments[arguments.index("--") + 1 :])
    os.execvp(command[0], command)


def install(*arguments: str) -> None:
    at = arguments.index("-g") if "-g" in arguments else len(arguments)  # the group is not there
    os.execv("/usr/bin/install", ["install", *arguments[:at], *arguments[at + 2 :]])


def sleep(seconds: str) -> None:
    time.sleep(0.2)


def main(command: str, *arguments: str) -> None:
    line = shlex.join([command, *arguments])
    with CALLS.open("a") as calls:
        print(line, file=calls)
    for start, times in json.loads(os.environ.get("STAND_IN_FAIL", "{}")).items():
        if line.startswith(start) and sum(each.startswith(start) for each in CALLS.read_text().splitlines()) <= times:
            sys.exit(f"{command}: it fails, as the test wants")
    if command == "id":
        sys.exit(1)
    if command != "useradd":
        globals()[command](*arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])
