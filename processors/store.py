"""Where the pictures lie: S3 for the functions (`aws/s3.py`), the site's storage on one machine."""

from typing import BinaryIO, Protocol


class ObjectMissing(Exception):
    """No object has this key."""


class Store(Protocol):
    def size(self, key: str) -> int:
        """Bytes of the object, or ObjectMissing."""

    def get(self, key: str) -> BinaryIO:
        """The object as a seekable file that the caller closes, or ObjectMissing."""

    def put(self, key: str, body: bytes, content_type: str) -> None:
        """Store the object; one that is there already is replaced."""

    def delete(self, key: str) -> None:
        """Remove the object, if it is there."""
