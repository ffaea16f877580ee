"""Uploaded images: their format, and their bytes in the state file."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from portal.sandbox.records import Records
from portal.sandbox.resources.product_body import IMAGE_PATH
from portal.sandbox.state import State
from portal.sandbox.validation import UnprocessableError, WrongParameterError

# Below the path of the generated images, whose URLs follow a changed address of the sandbox.
UPLOAD_PATH = f"{IMAGE_PATH}uploads/"
# Source (documented): REST docs, "Upload main product image": up to 20 MB; JPG, PNG and GIF.
SIZE_LIMIT = 20 * 1024 * 1024
PNG, GIF, JPEG = b"\x89PNG\r\n\x1a\n", b"GIF8", b"\xff\xd8\xff"
# Markers of JPEG segments that contain the size; the others in this range have other meanings.
JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True)
class Image:
    """An image that products and categories refer to; the size is None if it isn't known."""

    image_id: int
    url: str
    width: int | None = None
    height: int | None = None


class Uploads:
    """Stores the bytes of images. ``address`` is the sandbox's base URL."""

    def __init__(self, state: State, records: Records, address: str) -> None:
        self._state = state
        self._records = records
        self._address = address

    def add(self, store_id: int, data: bytes) -> Image:
        """Store an image; raise WrongParameterError or UnprocessableError for other bytes."""
        # Source (documented): REST docs, "Errors", INCORRECT_IMAGE_SIZE; older REST docs, "Upload
        # gallery image": 422 if the uploaded file isn't an image.
        if len(data) > SIZE_LIMIT:
            raise WrongParameterError("An image has up to 20 MB", code="INCORRECT_IMAGE_SIZE")
        content_type, width, height = _format(data)
        with self._state.transaction() as connection:
            image_id = self._records.allocate_ids(store_id)
            connection.execute(
                "INSERT INTO upload VALUES (?,?,?,?)", (store_id, image_id, content_type, data)
            )
        return Image(image_id, f"{self._address}{UPLOAD_PATH}{store_id}/{image_id}", width, height)

    def refer(
        self, store_id: int, url: str, width: int | None = None, height: int | None = None
    ) -> Image:
        """Return an image at an external address; raise UnprocessableError for a wrong address."""
        # Source (documented): REST docs, "Errors", WRONG_URL.
        # Source (assumed): An image at an external address is never fetched: its URL is recorded,
        # and its size is the one that is sent, if any.
        if not url.startswith(("http://", "https://")) or len(url) > 2000:  # noqa: PLR2004 - usual limit of a URL
            raise UnprocessableError("The image's URL is no http or https URL", code="WRONG_URL")
        with self._state.transaction():
            return Image(self._records.allocate_ids(store_id), url, width, height)

    def get(self, store_id: int, image_id: int) -> sqlite3.Row | None:
        """Return type and bytes of an image, or None."""
        return self._state.row(
            "SELECT type, data FROM upload WHERE store = ? AND id = ?", store_id, image_id
        )


def _format(data: bytes) -> tuple[str, int | None, int | None]:
    """Return media type, width and height of an image; raise UnprocessableError otherwise."""
    if data.startswith(PNG):
        return "image/png", _number(data[16:20]), _number(data[20:24])
    if data.startswith(GIF):
        # Unlike the others, GIF writes the lowest byte first.
        return "image/gif", _number(data[7:5:-1]), _number(data[9:7:-1])
    if data.startswith(JPEG):
        return "image/jpeg", *_jpeg_size(data)
    raise UnprocessableError("The uploaded file is not an image")


def _jpeg_size(data: bytes) -> tuple[int | None, int | None]:
    start = 2
    while start + 9 <= len(data) and data[start] == 0xFF:  # noqa: PLR2004 - start of a segment
        if data[start + 1] in JPEG_FRAMES:
            return _number(data[start + 7 : start + 9]), _number(data[start + 5 : start + 7])
        start += 2 + _number(data[start + 2 : start + 4])
    return None, None


def _number(part: bytes) -> int:
    return int.from_bytes(part, "big")
