"""Search texts of the mirror's live records, and the index that finds records by them.

The table has one row per live record of each table with `MirrorTable.search_columns`; the
transaction that writes a record writes its row. On SQLite, triggers keep an FTS5 index of the
texts' trigrams; on PostgreSQL, a GIN index has the trigrams of the column ``terms``. See
docs/decisions/searching-records.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from peewee import (
    BigAutoField,
    BigIntegerField,
    CharField,
    Expression,
    Field,
    ForeignKeyField,
    IntegrityError,
    TextField,
)

from portal.models.base import Table
from portal.models.bulk import (
    StoredRow,
    append_stored_rows,
    in_values,
    insert_stored_rows,
    is_postgresql,
)
from portal.models.store import Store
from portal.rules.records.search_text import (
    document_text,
    scope_key,
    trigrams,
)

if TYPE_CHECKING:
    from portal.models.last_write_wins import UpsertResult
    from portal.models.mirror import MirrorTable

# A text that is already stored costs no write, and no change of the index.
_UPSERT = (
    "ON CONFLICT (store_id, mirror_table, remote_id)"
    " DO UPDATE SET text = EXCLUDED.text, terms = EXCLUDED.terms"
    " WHERE search_document.text <> EXCLUDED.text"
)


class TrigramsField(Field):
    """Trigrams of a text: an array on PostgreSQL, compared by bytes; unused on SQLite."""

    field_type = "TRIGRAMS"


class SearchDocument(Table):
    """Search text of one live record; ``terms`` is None on SQLite, which splits the text itself."""

    # Stable, because SQLite's index refers to it; a rowid changes with VACUUM.
    id = BigAutoField()
    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    store_id: int
    mirror_table = CharField()
    remote_id = BigIntegerField()
    text = TextField()
    terms = TrigramsField(null=True)

    class Meta:
        indexes = ((("store", "mirror_table", "remote_id"), True),)


def index_written(
    table: type[MirrorTable], store_id: int, rows: Sequence[StoredRow], done: UpsertResult
) -> None:
    """Write the search texts of rows that the mirror has just stored with the result ``done``."""
    if done.written == len(rows) and not any(row.get("deleted_at") for row in rows):
        new = set(done.inserted)
        documents = _documents(table, store_id, rows)
        _insert_new([d for d in documents if d["remote_id"] in new])
        known = [d for d in documents if d["remote_id"] not in new]
        insert_stored_rows(SearchDocument, known, _UPSERT)
    else:
        reindex(table, store_id, [row["remote_id"] for row in rows])


def _insert_new(documents: Sequence[StoredRow]) -> None:
    """Write the search texts of records that had no row, and therefore no search text."""
    database = SearchDocument._meta.database
    if documents and is_postgresql(database):
        # A text that was left behind by mistake must not stop all runs of a store.
        with suppress(IntegrityError), database.atomic():
            append_stored_rows(SearchDocument, documents)
            return
    insert_stored_rows(SearchDocument, documents, _UPSERT)


def _documents(
    table: type[MirrorTable], store_id: int, rows: Sequence[StoredRow]
) -> list[StoredRow]:
    name = table._meta.table_name
    scope, is_split_here = scope_key(name, store_id), is_postgresql(table._meta.database)
    documents = []
    for row in rows:
        text = document_text(scope, (row.get(column) for column in table.search_columns))
        terms = _array_text(trigrams(text)) if is_split_here else None
        documents.append(
            StoredRow(
                {
                    "store_id": store_id,
                    "mirror_table": name,
                    "remote_id": row["remote_id"],
                    "text": text,
                    "terms": terms,
                }
            )
        )
    return documents


def _array_text(texts: Sequence[str]) -> str:
    """Return the text of an array, as PostgreSQL reads it in any statement."""
    joined = "\x00".join(texts).replace("\\", "\\\\").replace('"', '\\"')
    return '{"' + joined.replace("\x00", '","') + '"}' if texts else "{}"


def reindex(table: type[MirrorTable], store_id: int, remote_ids: Sequence[int]) -> None:
    """Write the search texts of these records from their stored columns; delete those of others.

    For records that were changed by other means than `MirrorTable.write`.
    """
    columns = [table._meta.columns[name] for name in ("remote_id", *table.search_columns)]
    found = table.select(*columns).where(
        table.matching(store_id, remote_ids), table.deleted_at.is_null()
    )
    read: Any = found.dicts()
    rows = [StoredRow(row) for row in read]
    insert_stored_rows(SearchDocument, _documents(table, store_id, rows), _UPSERT)
    gone = set(remote_ids).difference(row["remote_id"] for row in rows)
    _delete(table, store_id, in_values(SearchDocument.remote_id, sorted(gone)))


def drop_deleted(table: type[MirrorTable], store_id: int, where: Expression) -> None:
    """Delete the search texts of the matching records that are marked as deleted."""
    deleted = table.select(table.remote_id).where(
        table.store == store_id, where, table.deleted_at.is_null(is_null=False)
    )
    _delete(table, store_id, SearchDocument.remote_id.in_(deleted))


def _delete(table: type[MirrorTable], store_id: int, condition: Any) -> None:
    SearchDocument.delete().where(
        SearchDocument.store == store_id,
        SearchDocument.mirror_table == table._meta.table_name,
        condition,
    ).execute()
