"""Lookup of records by their search texts, in the index and one by one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any

from peewee import OP, Expression, fn

from portal.models.base import database
from portal.models.bulk import is_postgresql
from portal.models.search_document import SearchDocument
from portal.rules.records.search_text import required_trigrams, scope_key
from portal.rules.records.word_forms import other_forms

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
    """Return the ids of up to ``limit`` live records whose search texts have all ``parts``.

    Instead of a part, a text may have a word that ends with another form of it.
    """
    statement, values = _lookup(table, store_id, parts, limit)
    return [row[0] for row in database.execute_sql(statement, values).fetchall()]


def find_ids_by_table(
    tables: Sequence[type[MirrorTable]], store_id: int, parts: Sequence[str], limit: int
) -> list[list[int]]:
    """Return the same for several tables, in one statement."""
    found: list[list[int]] = [[] for _ in tables]
    lookups = [_lookup(table, store_id, parts, limit) for table in tables]
    statement = " UNION ALL ".join(
        f"SELECT {number}, remote_id FROM ({each}) AS found_{number}"  # noqa: S608 - numbers only
        for number, (each, _) in enumerate(lookups)
    )
    values = [value for _, each in lookups for value in each]
    for number, remote_id in database.execute_sql(statement, values).fetchall():
        found[number].append(remote_id)
    return found


def has_parts(
    table: type[MirrorTable], parts: Sequence[str], *, of: tuple[Any, Any] | None = None
) -> Expression:
    """Return the condition that a record's search text has all ``parts``, as `find_ids` does.

    It is checked for each record, by a lookup of its search text. ``of`` are the columns of a
    subquery with the record's store and id, if they aren't the table's.
    """
    store, remote_id = of or (table.store, table.remote_id)
    is_like, pattern = ("~", _regex) if is_postgresql(database) else ("GLOB", _glob)
    find = fn.STRPOS if is_postgresql(database) else fn.INSTR
    conditions = [
        reduce(
            or_,
            (
                find(SearchDocument.text, part) > 0,
                *(
                    Expression(SearchDocument.text.concat(" "), is_like, pattern(form))
                    for form in other_forms(part)
                ),
            ),
        )
        for part in parts
    ]
    # A subquery for a single value, which no database turns into a join.
    checked = SearchDocument.select(reduce(and_, conditions)).where(
        SearchDocument.store == store,
        SearchDocument.mirror_table == table._meta.table_name,
        SearchDocument.remote_id == remote_id,
    )
    return Expression(checked, OP.EQ, True)  # noqa: FBT003 - an SQL value


def _lookup(
    table: type[MirrorTable], store_id: int, parts: Sequence[str], limit: int
) -> tuple[str, list[Any]]:
    """Return the statement of `find_ids` and its values."""
    name = table._meta.table_name
    wanted = required_trigrams(scope_key(name, store_id), parts)
    if is_postgresql(database):
        terms: Any = wanted
        statement, pattern = _ON_POSTGRESQL, _regex
        has_part, has_form = "strpos(d.text, %s) > 0", "d.text || ' ' ~ %s"
    else:
        terms = " AND ".join(map(_quoted, wanted))
        statement, pattern = _ON_SQLITE, _glob
        has_part, has_form = "instr(d.text, ?) > 0", "d.text || ' ' GLOB ?"
    conditions, values = "", [terms]
    for part in parts:
        forms = other_forms(part)
        conditions += f" AND ({' OR '.join((has_part, *(has_form for _ in forms)))})"
        values += [part, *map(pattern, forms)]
    return statement.format(parts=conditions), [*values, store_id, name, limit]


def _glob(form: str) -> str:
    """Return the pattern of SQLite for a text, with a blank at its end, with this end of a word."""
    return f"*{form}[^a-z]*"


def _regex(form: str) -> str:
    return f"{form}[^a-z]"


def _quoted(trigram: str) -> str:
    """Return a string of FTS5, in which no character has a meaning except for the quote."""
    return '"' + trigram.replace('"', '""') + '"'
