"""Lookup of records by their search texts, in the index and one by one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any

from peewee import OP, Expression, fn

from portal.models.base import database
from portal.models.bulk import is_postgresql
from portal.models.search_document import SearchDocument
from portal.rules.records.search_text import required_trigrams, scope_key

if TYPE_CHECKING:
    from portal.models.mirror import MirrorTable

# The conditions on the store are expressions: an index that starts with the store would lead to all
# of its records, and both databases prefer it as long as they have no statistics.
_ON_SQLITE = (
    "SELECT d.remote_id FROM search_index CROSS JOIN search_document AS d"
    " ON d.id = search_index.rowid WHERE search_index MATCH ?{parts}"
    " AND +d.store_id = ? AND +d.mirror_table = ? LIMIT ?"
)
_ON_POSTGRESQL = (
    "SELECT d.remote_id FROM search_document AS d WHERE d.terms @> %s::text[]{parts}"
    " AND d.store_id + 0 = %s AND d.mirror_table || '' = %s LIMIT %s"
)


def find_ids(
    table: type[MirrorTable], store_id: int, parts: Sequence[str], limit: int
) -> list[int]:
    """Return the ids of up to ``limit`` live records whose search texts have all ``parts``."""
    name = table._meta.table_name
    wanted = required_trigrams(scope_key(name, store_id), parts)
    terms: Any = wanted
    if is_postgresql(database):
        statement, condition = _ON_POSTGRESQL, " AND strpos(d.text, %s) > 0"
    else:
        statement, condition = _ON_SQLITE, " AND instr(d.text, ?) > 0"
        terms = " AND ".join(map(_quoted, wanted))
    statement = statement.format(parts=condition * len(parts))
    values = [terms, *parts, store_id, name, limit]
    return [row[0] for row in database.execute_sql(statement, values).fetchall()]


def has_parts(table: type[MirrorTable], parts: Sequence[str]) -> Expression:
    """Return the condition that a record's search text has all ``parts``.

    It is checked for each record, by a lookup of its search text.
    """
    find = fn.STRPOS if is_postgresql(database) else fn.INSTR
    conditions = [find(SearchDocument.text, part) > 0 for part in parts]
    # A subquery for a single value, which no database turns into a join.
    checked = SearchDocument.select(reduce(and_, conditions)).where(
        SearchDocument.store == table.store,
        SearchDocument.mirror_table == table._meta.table_name,
        SearchDocument.remote_id == table.remote_id,
    )
    return Expression(checked, OP.EQ, True)  # noqa: FBT003 - an SQL value


def _quoted(trigram: str) -> str:
    """Return a string of FTS5, in which no character has a meaning except for the quote."""
    return '"' + trigram.replace('"', '""') + '"'
