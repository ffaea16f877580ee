"""Walk a long list from a position to its end, each page joined to the one before it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.ecwid.page import Page
from portal.services.mirror.map_records import Mapped
from portal.services.sync.cursor import PageKeys, Position
from portal.services.sync.prefetch import Read, ReadAhead
from portal.services.sync.sources import Feed, Walk


@dataclass(frozen=True)
class Stop:
    """Hold a page that was read, where it begins, and where the next one does; None at the end."""

    read: Read
    here: Position
    following: Position | None

    @property
    def new(self) -> int:
        """Return how many of the page's records were not counted before."""
        return self.here.new_among(len(self.read.page.items))


def walk_pages(
    feed: Feed,
    walk: Walk,
    fetch: Callable[[Position], Page],
    map_rows: Callable[[Sequence[Any], datetime], Mapped],
    here: Position,
    until_s: float,
) -> Generator[Stop]:
    """Yield page after page, beginning at ``here``; ends after the last, or when time is over.

    The pages behind are read and mapped meanwhile. ``until_s`` is monotonic; raises EcwidError.
    """
    following: Position | None = here
    with ReadAhead(fetch, map_rows, feed.id_of, until_s) as ahead:
        while following is not None:
            here = following
            read = ahead.page_at(here)
            following = _following(here, read.page, feed.keys_of(read.page.items, walk), walk)
            if following is not None:
                ahead.look_ahead(following, left=read.page.left)
            yield Stop(read, here, following)
            if ahead.is_over:
                return


def _following(here: Position, page: Page, keys: PageKeys, walk: Walk) -> Position | None:
    if here.has_slid(keys.ids):
        return here.restarted()
    return None if page.is_last else walk.move(here, keys)
