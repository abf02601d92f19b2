"""A strict S3: Ceph's radosgw in one process, with its data in SQLite. It verifies signatures, which moto does not.
STRICT_S3 names the folder that `python -m tests.servers.radosgw FOLDER` has unpacked it into."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from tests.servers import debian
from tests.servers.mariadb import free_port

REGION = "us-east-1"
ACCESS, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
# Not a word of monitors and disks: there is no cluster.
SETTINGS = """[global]
no_mon_config = true
plugin_dir = {libraries}/ceph
run_dir = {folder}
log_file = {folder}/log
[client]
rgw_backend_store = dbstore
rgw_config_store = dbstore
dbstore_db_dir = {folder}
dbstore_config_uri = file:{folder}/config.db
rgw_data = {folder}
rgw_luarocks_location =
rgw_dns_name = s3.localhost
rgw_frontends = beast endpoint=127.0.0.1:{port}
"""


class StrictS3:
    """`url`: where it is; its one user has ACCESS and SECRET. `host`: its name, below which each bucket has its own."""

    def __init__(self) -> None:
        self.unpacked, self.port = Path(os.environ["STRICT_S3"]), free_port()
        self.url, self.host = f"http://127.0.0.1:{self.port}", f"s3.localhost:{self.port}"
        self.folder = Path(tempfile.mkdtemp(prefix="radosgw-"))
        (libraries,) = (self.unpacked.absolute() / "root/usr/lib").glob("*-linux-gnu")
        self.settings = self.folder / "ceph.conf"
        self.settings.write_text(SETTINGS.format(folder=self.folder, libraries=libraries, port=self.port))
        user = ("user", "create", "--uid=test", "--display-name=test", f"--access-key={ACCESS}", f"--secret={SECRET}")
        subprocess.run(self._command("radosgw-admin", *user), check=True, capture_output=True, timeout=60)
        with (self.folder / "out").open("w") as out:
            self.process = subprocess.Popen(self._command("radosgw", "-f", "-n", "client.rgw"), stdout=out, stderr=out)
        self._wait()

    def client(self, secret: str = SECRET) -> Any:
        keys = {"aws_access_key_id": ACCESS, "aws_secret_access_key": secret}
        config = Config(signature_version="s3v4")
        return boto3.client("s3", endpoint_url=self.url, region_name=REGION, config=config, **keys)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)
        shutil.rmtree(self.folder)

    def _command(self, name: str, *arguments: str) -> list[str]:
        return [*debian.program(self.unpacked, f"usr/bin/{name}"), "-c", str(self.settings), *arguments]

    def _wait(self) -> None:
        end = time.monotonic() + 30
        while time.monotonic() < end and self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        words = (self.folder / "out").read_text()[-2000:]
        self.stop()
        raise RuntimeError(words)


if __name__ == "__main__":
    try:
        debian.unpack(Path(sys.argv[1]), "radosgw")
    except debian.NotHere as problem:
        sys.exit(f"A strict S3 can't be had here ({problem}) The tests run on moto: make test.")
