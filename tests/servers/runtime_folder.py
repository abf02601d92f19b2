"""What Lambda's python3.13 has beside the function's package, /var/runtime: the runtime client. Its boto3 is left
out, as the packages carry their own."""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from deploy import python313

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT / "requirements" / "lambda-runtime.txt"


@cache
def runtime_folder() -> Path:
    """A folder with requirements/lambda-runtime.txt for the Python that runs packages here; made once, below build/."""
    _, version = python313.here()
    folder = ROOT / "build" / f"lambda-runtime-{version}-{hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:12]}"
    if not folder.exists():
        folder.parent.mkdir(exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=folder.parent, prefix="lambda-runtime-new-"))
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        command += ["--require-hashes", "--only-binary=:all:", "--python-version", version, "--target", str(fresh)]
        subprocess.run([*command, "-r", str(REQUIREMENTS)], check=True)
        try:
            fresh.rename(folder)
        except OSError:  # another run was faster
            shutil.rmtree(fresh)
    return folder
