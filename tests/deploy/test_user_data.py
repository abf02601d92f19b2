"""deploy/user_data.sh, run: from nothing to a site that answers, and what a failure leads to."""

import json
import re
import socket
import stat
import subprocess
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pymysql
import pytest
import requests

from tests.deploy.instance import Instance
from tests.flow.world import wait_for

pytestmark = [pytest.mark.package, pytest.mark.server]

TERRAFORM_SETS = ("S3_BUCKET", "AWS_REGION", "QUEUES", "DATABASE_HOST", "DATABASE_PORT", "DATABASE_CA")
TERRAFORM_SETS += ("SECRET_KEY_ARN",)
STAND_INS = ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")  # the role's and the region's on AWS
ODD = "a $HOME `id` \"quoted\" \\ and 'single' & <more>"


@pytest.fixture(scope="module")
def environment(production: Any, aws: Any, mariadb: Any) -> dict[str, str]:
    """As Terraform sets it, with an empty database."""
    name, password = mariadb.account()
    own = {
        "DATABASE_NAME": name,
        "DATABASE_SECRET_ARN": aws.secret(f"{name}-web", json.dumps({"username": name, "password": password})),
        "SITE_URL": "http://pictures.example.org",
        "ODD": ODD,
    }
    return {**{key: production.environment[key] for key in TERRAFORM_SETS + STAND_INS}, **own}


@pytest.fixture(scope="module")
def artifact(aws: Any, packages: Any) -> dict[str, str]:
    """app.zip in a bucket with versions, under a key that has a newer version by now."""
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="artifacts")
    s3.put_bucket_versioning(Bucket="artifacts", VersioningConfiguration={"Status": "Enabled"})
    put = s3.put_object(Bucket="artifacts", Key="app.zip", Body=packages.app.read_bytes())
    s3.put_object(Bucket="artifacts", Key="app.zip", Body=b"newer")
    where = {"artifact_bucket": "artifacts", "app_key": "app.zip", "app_version_id": put["VersionId"]}
    return {**where, "group": "t-web"}


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, aws: Any, environment: dict[str, str], artifact: dict[str, str]
) -> Iterator[Instance]:
    instance = Instance(tmp_path_factory.mktemp("instance"), aws.url)
    done = instance.start(environment, fail='{"dnf": 1, "dnf install -y mariadb-connector-c-devel": 1}', **artifact)
    assert done.returncode == 0, done.stdout + done.stderr
    yield instance
    instance.stop()


@pytest.fixture
def instance(tmp_path: Path, aws: Any) -> Instance:
    """One that is to fail."""
    return Instance(tmp_path, aws.url)


def get(instance: Instance, path: str) -> str:
    request = urllib.request.Request(
        f"http://127.0.0.1:{instance.port}{path}", headers={"Host": "pictures.example.org"}
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return str(answer.read().decode())


def leader(mariadb: Any, database: str) -> int | None:
    """The connection of the one worker that looks after the queue."""
    connection = pymysql.connect(unix_socket=str(mariadb.folder / "s.sock"), user="root")
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT IS_USED_LOCK(%s)", (f"housekeeping:{database}",))
        return cursor.fetchone()[0]  # type: ignore[no-any-return, index]


def guesses(mariadb: Any, database: str) -> list[str]:
    """From where wrong passwords have come."""
    connection = pymysql.connect(unix_socket=str(mariadb.folder / "s.sock"), user="root", database=database)
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT ip_address FROM axes_accessattempt")
        return [address for (address,) in cursor.fetchall()]


def test_it_works(running: Instance) -> None:
    assert get(running, "/healthz") == "ok\n"
    page = get(running, "/gallery")
    styles = re.search(r'href="(/static/site\.\w+\.css)"', page)
    assert styles
    assert "{" in get(running, styles[1])  # hashed and collected ahead
    assert get(running, "/readyz")


def test_site_worker_and_proxy_run(running: Instance, environment: dict[str, str], mariadb: Any) -> None:
    """The worker is the one that looks after the queue: MySQL's lock is held."""
    programs = {unit: Path(f"/proc/{pid}/cmdline").read_text() for unit, pid in running.pids.items()}
    assert "gunicorn" in programs["image_app.service"]
    assert "nginx" in programs["image_app_proxy.service"]
    assert "manage.py\0work" in programs["image_app_worker.service"]
    wait_for(lambda: leader(mariadb, environment["DATABASE_NAME"]), what="the leader's lock")


def test_log(running: Instance) -> None:
    log = (running.root / "var/log/image_app/start.log").read_text()
    steps = re.findall(r"image_app: (.*) …$", log, re.MULTILINE)
    assert steps[0] == "sending the log to CloudWatch"
    assert steps[-3:-1] == ["waiting for /healthz", "switching the functions to this release"]
    assert steps[-1] == "telling the auto-scaling group"
    assert "The site answers." in log
    assert "Applying gallery.0001_initial... OK" in log
    assert "Booting worker" in (running.root / "var/log/image_app/site.log").read_text()


def test_order_of_what_others_depend_on(running: Instance) -> None:
    """The schema, the functions' user, the site, and only then the functions' code: a release that does not start
    leaves them as they are."""
    runs = [call for call in running.calls if call.startswith(("runuser", "aws lambda", "systemctl enable"))]
    words = [call.split()[-1] if call.startswith("runuser") else call for call in runs]
    update = (
        "aws lambda update-alias --function-name {} --name live --function-version {} --query AliasArn --output text"
    )
    assert words[:3] == ["default", "migrate", "database_users"]
    assert words[3].startswith("systemctl enable --now image_app.service")
    assert words[4:] == [update.format("t-annotation", 7), update.format("t-thumbnail", 5)]


def test_memory_and_disk_go_to_cloudwatch(running: Instance) -> None:
    """Under the group alone, as alarms ask for them; the agent then needs no right to read the instance's tags."""
    settings = json.loads((running.root / "var/log/image_app/agent.json").read_text())
    assert settings["agent"]["omit_hostname"]
    metrics = settings["metrics"]
    assert (metrics["namespace"], metrics["aggregation_dimensions"]) == (
        "ImageAnnotations/t",
        [["AutoScalingGroupName"]],
    )
    measured = {(kind, name) for kind, what in metrics["metrics_collected"].items() for name in what["measurement"]}
    assert measured == {("mem", "mem_used_percent"), ("disk", "used_percent")}
    for what in metrics["metrics_collected"].values():
        assert what["append_dimensions"] == {"AutoScalingGroupName": "t-web"}


def test_logins_by_plain_http(running: Instance, environment: dict[str, str], mariadb: Any) -> None:
    """By the tunnel, which ends at this loopback and is counted as that; not by the load balancer, whatever is sent."""
    url, names, tunnel = f"http://127.0.0.1:{running.port}/admin/login/", {"Host": "localhost:5000"}, requests.Session()
    assert tunnel.get(url, headers=names, timeout=20).status_code == 200
    token = next(cookie.value for cookie in tunnel.cookies if cookie.name == "csrftoken")
    sent = {"username": "nobody", "password": "a-guess", "csrfmiddlewaretoken": token}
    cookies = {**names, "Cookie": f"csrftoken={token}"}
    assert "Please enter the correct" in tunnel.post(url, sent, headers=cookies, timeout=20).text
    assert guesses(mariadb, environment["DATABASE_NAME"]) == ["127.0.0.1"]
    balancer = {**cookies, "X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "http", "X-Arrived-By": "loopback"}
    assert requests.get(url, headers=balancer, timeout=20).status_code == 403
    assert requests.post(url, sent, headers=balancer, timeout=20).status_code == 403
    assert guesses(mariadb, environment["DATABASE_NAME"]) == ["127.0.0.1"]


def test_log_goes_to_cloudwatch(running: Instance) -> None:
    file = running.root / "var/log/image_app/agent.json"
    assert f"agent -a fetch-config -m ec2 -s -c file:{file}" in running.calls
    collected = json.loads(file.read_text())["logs"]["logs_collected"]["files"]["collect_list"]
    assert {each["log_group_name"] for each in collected} == {"/image_app/web"}
    streams = {each["log_stream_name"]: Path(each["file_path"]).name for each in collected}
    assert streams == {f"{{instance_id}}/{name}": f"{name}.log" for name in ("start", "site", "worker", "proxy")}
    assert all((running.root / each["file_path"].lstrip("/")).exists() for each in collected)


def test_settings(running: Instance) -> None:
    """Not for everybody's eyes; shell and service read from it what went in."""
    file = running.root / "etc/image_app.env"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert "install -m 0640 -g image_app /dev/null" in "\n".join(running.calls)
    shell = ["bash", "-c", '. "$1"; printf %s "$ODD"', "bash", str(file)]
    assert subprocess.run(shell, capture_output=True, text=True).stdout == ODD
    reading = [pid for unit, pid in running.pids.items() if "proxy" not in unit]  # nginx writes its title over it
    for pid in reading:
        assert f"ODD={ODD}\0" in Path(f"/proc/{pid}/environ").read_bytes().decode()


def test_names_of_the_connector_are_tried_in_order(running: Instance) -> None:
    asked = [call.split()[-1] for call in running.calls if call.startswith("dnf") and "mariadb" in call]
    assert asked == ["mariadb-connector-c-devel", "mariadb1011-devel"]


def test_first_failure_is_tried_again(running: Instance) -> None:
    assert running.calls[:2] == ["dnf install -y amazon-cloudwatch-agent", "sleep 2"]
    (told,) = [call for call in running.calls if call.startswith("aws autoscaling")]
    assert told.endswith("--instance-id i-0123456789abcdef0 --lifecycle-action-result CONTINUE")


def test_stop_lets_a_request_finish(running: Instance) -> None:
    """Scale-in: an upload is half sent when the instance is told to stop. It is answered, then all is over."""
    head = "POST / HTTP/1.1\r\nHost: pictures.example.org\r\nContent-Length: 20\r\nConnection: close\r\n"
    head += f"Content-Type: application/x-www-form-urlencoded\r\nCookie: csrftoken={'a' * 32}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", running.port), timeout=20) as upload, ThreadPoolExecutor(1) as thread:
        upload.sendall(head.encode() + b"a" * 10)
        time.sleep(0.5)
        stopped = thread.submit(running.stop)
        time.sleep(1)
        assert not stopped.done()
        upload.sendall(b"a" * 10)
        assert upload.recv(100).startswith(b"HTTP/1.1 403")  # an answer; it had no form's token
        stopped.result(20)
    with pytest.raises(OSError, match="refused"):
        get(running, "/healthz")
    assert not [unit for unit, pid in running.pids.items() if Path(f"/proc/{pid}").exists()]


def test_failure_replaces_the_instance(instance: Instance, artifact: dict[str, str]) -> None:
    """A version that is not there, asked for again and again; then the group hears of it, by IMDSv2's word."""
    done = instance.start({}, **{**artifact, "app_version_id": "none"})
    assert done.returncode != 0
    assert "FAILED (status 1) while: fetching app.zip, version none." in done.stdout
    assert len([call for call in instance.calls if "get-object" in call]) == 8
    assert instance.calls[-1] == (
        "aws autoscaling complete-lifecycle-action --auto-scaling-group-name t-web --lifecycle-hook-name site-answers"
        " --instance-id i-0123456789abcdef0 --lifecycle-action-result ABANDON"
    )


def damaged(package: Path) -> bytes:
    """The zip with one byte of one file changed: it opens, and only that file's checksum is wrong."""
    with zipfile.ZipFile(package) as source:
        entry = source.getinfo("manage.py")
    body = bytearray(package.read_bytes())
    body[entry.header_offset + 30 + len(entry.filename) + entry.compress_size // 2] ^= 1
    return bytes(body)


@pytest.mark.parametrize("how", ["no zip", "one file of it"])
def test_damaged_package_is_refused(
    instance: Instance, aws: Any, packages: Any, artifact: dict[str, str], how: str
) -> None:
    body = b"PK, and then nothing" if how == "no zip" else damaged(packages.app)
    put = aws.client("s3").put_object(Bucket="artifacts", Key="damaged.zip", Body=body)
    done = instance.start({}, **{**artifact, "app_key": "damaged.zip", "app_version_id": put["VersionId"]})
    assert "while: fetching damaged.zip" in done.stdout
    assert ("manage.py" in done.stdout) == (how != "no zip")
    assert not (instance.root / "var/www/app").exists()


def test_an_image_without_this_python(instance: Instance, artifact: dict[str, str]) -> None:
    done = instance.start({}, fail='{"dnf install -y python3.13": 99}', **artifact)
    assert "If there is no python3.13, this image is too old" in done.stdout
    assert "while: installing packages" in done.stdout
    assert instance.calls[-1].endswith("ABANDON")


def test_a_database_that_lets_nobody_in(
    instance: Instance, environment: dict[str, str], aws: Any, artifact: dict[str, str]
) -> None:
    """Seen before anything is migrated, and named; the password that was tried is in no line."""
    secret = json.dumps({"username": environment["DATABASE_NAME"], "password": "a-wrong-password"})
    wrong = {**environment, "DATABASE_SECRET_ARN": aws.secret("wrong-web", secret)}
    done = instance.start(wrong, **artifact)
    assert "(1045, " in done.stdout
    assert "1045: the secret holds another password than the server." in done.stdout
    assert "while: logging in to the database" in done.stdout
    assert "a-wrong-password" not in done.stdout + done.stderr
    assert not [call for call in instance.calls if call.startswith("runuser") and "migrate" in call]


def test_functions_that_cannot_be_switched(
    instance: Instance, environment: dict[str, str], artifact: dict[str, str]
) -> None:
    """They go on with their former version, and this instance is not for requests."""
    done = instance.start(environment, fail='{"aws lambda": 99}', **artifact)
    assert "while: switching the functions to this release" in done.stdout
    assert instance.calls[-1].endswith("ABANDON")
