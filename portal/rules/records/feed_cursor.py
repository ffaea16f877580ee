"""Cursors of the change feed: a position in it, and facts that show whether it is still valid."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import blake2b
from typing import NamedTuple

LARGEST_ID = 2**63 - 1
DIGEST_BYTES = 4
_FORM = re.compile(r"1\.([0-9a-f]{8})" + r"\.(\d{1,19})" * 4 + r"\.([0-9a-f]{8})", re.ASCII)


class FeedOperation(StrEnum):
    """Operation that an entry of the change feed reports."""

    CREATED = "created"  # also: live again after its deletion
    UPDATED = "updated"
    DELETED = "deleted"
    ERASED = "erased"  # a person's data, or the portal's whole copy of a store


class FeedCursorError(ValueError):
    """The text is not a cursor of the change feed."""


class FeedPosition(NamedTuple):
    """Position in the change feed; an entry is after it if its own position is greater."""

    transaction_id: int
    entry_id: int


@dataclass(frozen=True)
class FeedCursor:
    """Position, the database that issued it, and the stores that the key could read then.

    ``entry_at`` is the time of the entry at the position in microseconds, 0 if there is none.
    ``issued_at`` is when everything up to the position was read, in Unix seconds.
    """

    database: str
    position: FeedPosition
    entry_at: int
    issued_at: int
    stores: str

    def __str__(self) -> str:
        """Return the opaque text of the cursor."""
        at = (*self.position, self.entry_at, self.issued_at)
        text = f"1.{self.database}.{'.'.join(map(str, at))}.{self.stores}"
        return urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> FeedCursor:
        """Return the cursor with this text; raise FeedCursorError if the portal didn't issue it."""
        try:
            plain = urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii")
        except ValueError as error:
            raise FeedCursorError(text) from error
        found = _FORM.fullmatch(plain)
        numbers = [int(number) for number in found.groups()[1:5]] if found else []
        if found is None or max(numbers) > LARGEST_ID:
            raise FeedCursorError(text)
        position = FeedPosition(numbers[0], numbers[1])
        return cls(found[1], position, numbers[2], numbers[3], found[6])

    def at(self, position: FeedPosition, entry_at: int) -> FeedCursor:
        """Return the cursor at an entry, otherwise the same."""
        return replace(self, position=position, entry_at=entry_at)


def digest(parts: Iterable[object]) -> str:
    """Return a short digest of ``parts``, in their order."""
    text = ",".join(map(str, parts))
    return blake2b(text.encode(), digest_size=DIGEST_BYTES).hexdigest()
