"""A cursor of the change feed survives its text; any other text is refused."""

from __future__ import annotations

from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.records.feed_cursor import (
    LARGEST_ID,
    FeedCursor,
    FeedCursorError,
    FeedPosition,
    digest,
)

NUMBERS = st.integers(0, LARGEST_ID)


@given(numbers=st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS))
def test_cursor_survives_its_text(numbers: tuple[int, int, int, int]) -> None:
    transaction_id, entry_id, entry_at, issued_at = numbers
    position = FeedPosition(transaction_id, entry_id)
    cursor = FeedCursor(digest([1]), position, entry_at, issued_at, digest([1003, 2002]))

    assert FeedCursor.read(str(cursor)) == cursor


@pytest.mark.parametrize(
    "text",
    ["", "now", "ü", "MS4w", "a" * 300, f"1.00000000.0.{LARGEST_ID + 1}.0.0.00000000"],
)
def test_text_that_is_no_cursor_is_refused(text: str) -> None:
    encoded = urlsafe_b64encode(text.encode()).decode().rstrip("=")
    for candidate in (text, encoded):
        with pytest.raises(FeedCursorError):
            FeedCursor.read(candidate)


def test_digest_depends_on_every_part_and_their_order() -> None:
    assert len({digest(parts) for parts in ([], [1], [12], [1, 2], [2, 1])}) == 5
