"""Hold one page of a list answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal.errors import CallFacts, EcwidUnreadableError

PAGE_LIMIT = 100


@dataclass(frozen=True)
class Page:
    """Hold the items of one page and what the envelope says of the whole list."""

    total: int
    offset: int
    limit: int
    items: list[dict[str, Any]]

    @property
    def is_last(self) -> bool:
        """Tell whether the list ends here: Ecwid never sends a short page in the middle."""
        return len(self.items) < self.limit


def read_page(store_id: int, path: str, answer: Any) -> Page:
    """Return the page in ``answer``; raise EcwidUnreadableError if it hasn't a list's envelope."""
    facts = CallFacts(store_id, "GET", path)
    if not isinstance(answer, dict) or not isinstance(answer.get("items"), list):
        raise EcwidUnreadableError(facts, "the answer has no list of items")
    try:
        return Page(
            total=int(answer["total"]),
            offset=int(answer.get("offset", 0)),
            limit=int(answer.get("limit", PAGE_LIMIT)) or PAGE_LIMIT,
            items=answer["items"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise EcwidUnreadableError(facts, "the list's envelope is incomplete") from error
