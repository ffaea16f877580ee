"""Ids of records and of the entries inside them, which are unique in a store."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count

from portal.sandbox.resource_specs import Body

# Reserves a number of ids that follow one another and returns the first.
AllocateIds = Callable[[int], int]


def with_ids(entries: Iterable[Body], allocate: AllocateIds) -> list[Body]:
    """Return the entries, such as variations or order items; those without an id get a new one."""
    # Source (assumed): A store numbers its records and the entries inside them with one counter.
    found = list(entries)
    new = sum("id" not in entry for entry in found)
    ids = count(allocate(new) if new else 0)
    return [entry if "id" in entry else {**entry, "id": next(ids)} for entry in found]
