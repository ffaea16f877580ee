"""Row locks: keep others from changing rows until the transaction ends."""

from __future__ import annotations

from typing import Any, TypeVar

from peewee import Model, ModelSelect

from portal.models import database
from portal.models.bulk import is_postgresql

Row = TypeVar("Row", bound=Model)

# Rows that refer to a locked row may still be inserted.
_LOCK = "FOR NO KEY UPDATE"
_LOCK_REFERENCES_TOO = "FOR UPDATE"


def locked(query: ModelSelect[Row], *, locks_references: bool = False) -> ModelSelect[Row]:
    """Return the query with a lock on the rows that it selects; run it inside a transaction.

    With ``locks_references`` nobody can insert a row that refers to one of them, either. On SQLite
    the query stays as it is: a transaction there is the only writer from its start.
    """
    if not is_postgresql(database):
        return query
    # The type stubs know a flag only; peewee takes the clause's words, too.
    clause: Any = _LOCK_REFERENCES_TOO if locks_references else _LOCK
    return query.for_update(clause)
