"""AWS's side for the benchmarks: moto, MariaDB and the production's environment, started once, ended with the run."""

import atexit
import base64
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from types import SimpleNamespace
from typing import Any

from benchmarks.harness import TINY, say

# Of the length that roles have; the URLs of a page are mostly this.
TOKEN = base64.b64encode(random.Random(1).randbytes(700)).decode()


@cache
def production() -> Any:
    """`environment`: what Terraform sets, with credentials like a role's; `aws`, `mariadb`; `database`, its name."""
    from tests.servers import mariadb
    from tests.servers.aws import FakeAws
    from tests.servers.gemini import FakeGemini
    from tests.servers.production import environment

    say("starting MariaDB and moto")
    server, aws, gemini = mariadb.start(), FakeAws(), FakeGemini()
    aws.build()
    static = tempfile.mkdtemp(prefix="static-")
    for end in (aws.stop, gemini.stop, lambda: shutil.rmtree(static)):
        atexit.register(end)
    made = environment(aws, server, gemini.url, static)
    made["AWS_SESSION_TOKEN"] = TOKEN
    return SimpleNamespace(environment=made, aws=aws, mariadb=server, database=made["DATABASE_NAME"])


@cache
def fill(rows: int) -> None:
    """At least that many finished pictures in the table: each with a caption, a thumbnail and two jobs; three have the
    same moment. A million take about a minute."""
    world = production()
    connection = f"USE {world.database}"
    say(f"{rows:,} rows")
    world.mariadb.execute(
        connection,
        "SET GLOBAL innodb_buffer_pool_size = 1024 * 1024 * 1024",
        "DELETE FROM jobs",
        "DELETE FROM images",
        "ALTER TABLE images AUTO_INCREMENT = 1",
        f"""INSERT INTO images (uuid, s3_key, original_name, content_type, byte_size, width, height, uploaded_at,
              thumbnail_key, caption, alt_text, captioned_by, caption_language)
            SELECT CONCAT('00000000-0000-4000-8000-', LPAD(seq, 12, '0')),
              CONCAT('uploads/00000000-0000-4000-8000-', LPAD(seq, 12, '0'), '.jpg'), CONCAT('IMG_', seq, '.jpg'),
              'image/jpeg', 3000000 + seq, 4000, 3000, '2026-01-01' + INTERVAL seq DIV 3 SECOND,
              CONCAT('thumbnails/00000000-0000-4000-8000-', LPAD(seq, 12, '0'), '.webp'),
              CONCAT('A red square on a wooden table beside a window, seen from above, number ', seq, '.'),
              'Red square on a table', 'gemini-3.5-flash-lite', 'en'
            FROM seq_1_to_{rows}""",
        *(
            f"""INSERT INTO jobs (image_id, kind, state, attempts, due_at, started_at, finished_at)
                SELECT id, '{kind}', 'done', 1, uploaded_at, uploaded_at, uploaded_at FROM images"""
            for kind in ("thumbnail", "annotation")
        ),
        "ANALYZE TABLE images, jobs",
    )


def inside(name: str, **more: str) -> Any:
    """What `inside()` of benchmarks/<name>.py returns, run in a process with the production's environment."""
    world = production()
    variables = {"SOCKET": f"{world.mariadb.folder}/s.sock", **world.environment, **more}
    command = [sys.executable, "-m", "benchmarks.inside", name, *(["--tiny"] if TINY else [])]
    done = subprocess.run(command, env={**os.environ, **variables}, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])
