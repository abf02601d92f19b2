"""A release that does not start, and new passwords that come with one."""

import json
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.rehearsal.deployment import PACKAGES, Deployment
from tests.rehearsal.fault_outages import browse
from tests.rehearsal.instances import Instance
from tests.rehearsal.uploads import finished, photos, rows, upload, wait_finished

BROKEN = "raise RuntimeError('a fault of this release')\n"


def broken(deployment: Deployment) -> str:
    """Its instance migrates and never answers. So it gets no request, the functions stay with the former release, and
    nobody notices; whoever deployed it is told (tests/deploy/test_release.py)."""
    before, over = _versions(deployment), threading.Event()
    release = _instance(deployment, _broken_package(deployment.folder))
    with ThreadPoolExecutor(2) as threads:
        browsing = threads.submit(browse, deployment.url, over)
        said = _start(release)
        tally = upload(deployment.url, photos(4))
        over.set()
        statuses = browsing.result()
    wait_finished(deployment, tally.accepted)
    assert "a fault of this release" in said
    assert set(statuses) == {200}
    assert len(tally.accepted) == 4
    assert _versions(deployment) == before
    pages = f"{len(statuses)} pages without a failure"
    return f"it ended by itself; {pages}, accepted 4, finished 4, lost 0; the functions as before"


def _instance(deployment: Deployment, package: Path) -> Instance:
    environment = dict(deployment.instances[0].environment)
    return Instance("web-broken", package, deployment.binaries, deployment.folder, environment)


def _broken_package(folder: Path) -> Path:
    """app.zip with one file that fails when it is loaded."""
    file = folder / "broken.zip"
    with zipfile.ZipFile(PACKAGES / "app.zip") as source, zipfile.ZipFile(file, "w") as out:
        for name in source.namelist():
            out.writestr(name, BROKEN if name == "site/config/wsgi.py" else source.read(name))
    return file


def _start(release: Instance) -> str:
    """As user_data.sh does it; what it said when it gave up."""
    release.manage("migrate", "--no-input")
    release.start()
    try:
        release.wait(30)
    except RuntimeError as gave_up:
        return str(gave_up)
    finally:
        release.stop()
    raise AssertionError("It answers.")


def _versions(deployment: Deployment) -> list[str]:
    """Which version of each function works."""
    api = deployment.client("lambda")
    names = deployment.functions.values()
    return [api.get_alias(FunctionName=name, Name="live")["FunctionVersion"] for name in names]


def functions_password(deployment: Deployment) -> str:
    """The secret of the functions has a new value before an instance gives it to the database: fresh functions are let
    in by neither, and what they could not do comes back."""
    deployment.host.set_clock(20.0)
    arn = deployment.outputs["web_environment"]["FUNCTIONS_DATABASE_SECRET_ARN"]
    text = json.dumps({"username": "functions", "password": "a-new-password-of-the-functions"})
    deployment.client("secretsmanager").put_secret_value(SecretId=arn, SecretString=text)
    for function in deployment.host.functions.values():
        function.cool()
    tally = upload(deployment.url, photos(4))
    found = rows(deployment, tally.accepted)
    assert {row["thumbnail"]["state"] for row in found} == {"queued"}
    deployment.instances[0].manage("database_users")
    wait_finished(deployment, tally.accepted)
    done, paid = finished(deployment, tally.accepted), deployment.gemini.paid
    keys = {row["s3_key"] for row in found}
    again = [each for each in deployment.host.deliveries if each.keys & keys and each.tries > 1]
    assert (done, paid) == (4, 4)
    assert again
    return f"accepted 4; {len(again)} messages came back meanwhile; finished {done}, lost 0, paid {paid}"
