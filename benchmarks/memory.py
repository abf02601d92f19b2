"""Peak memory of the thumbnail function by kind of picture: `make bench-memory`.

One process for each picture, with boto3 (and an S3 client), PyMySQL, powertools and Pillow loaded as in the Lambda
function; its peak resident memory is what the kernel says (VmHWM). HEIC pictures are made with heif-enc (Debian:
libheif-examples), as nothing that we install writes them."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from tests import pictures

CASES = (
    ("JPEG", "jpg", 4000, 3000),
    ("JPEG", "jpg", 8000, 6000),
    ("PNG", "png", 4000, 3000),
    ("WebP", "webp", 4000, 3000),
    ("AVIF", "avif", 4000, 3000),
    ("HEIC", "heic", 4000, 3000),
    ("HEIC", "heic", 8064, 6048),
)
WORK = """
import os, sys
os.environ.update(AWS_DEFAULT_REGION="us-east-1", AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="x")
from processors import aws, pictures, thumbnail
aws._s3()
def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
before = peak()
if len(sys.argv) > 1:
    with open(sys.argv[1], "rb") as file:
        info = pictures.inspect(file, pictures.Limits())
        with pictures.open_picture(file) as image:
            reckoned = pictures.memory_needed(file, image, pictures.Limits()) / pictures.MIB
        thumbnail.render(file)
    print(f"{peak():.0f} {before:.0f} {reckoned:.0f}")
else:
    print(f"{before:.0f}")
"""


def main() -> None:
    print("| picture | peak MiB | of it before | reckoned for decoding, MiB |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for name, extension, width, height in CASES:
            file = Path(folder) / f"picture.{extension}"
            if not make(file, width, height):
                print(
                    f"| {name} {width * height / 1e6:.0f} MP | not measured: install heif-enc (libheif-examples) | | |"
                )
                continue
            command = [sys.executable, "-c", WORK, str(file)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            peak, before, reckoned = done.stdout.split()
            print(f"| {name} {width * height / 1e6:.0f} MP | {peak} | {before} | {reckoned} |", flush=True)


def make(file: Path, width: int, height: int) -> bool:
    """Write a photo-like picture in the format of the file's extension; False where that is not possible here."""
    image: Image.Image = pictures.photo(width, height)
    if file.suffix != ".heic":
        image.save(file, **({"speed": 10} if file.suffix == ".avif" else {}))
        return True
    if not shutil.which("heif-enc"):
        return False
    source = file.with_suffix(".source.jpg")
    image.save(source, quality=92)
    subprocess.run(["heif-enc", "-q", "50", "-o", str(file), str(source)], check=True, capture_output=True)
    return True


if __name__ == "__main__":
    main()
