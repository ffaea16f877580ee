"""Keep a search text of each live record, with an index of its trigrams, and fill both."""

from peewee import (
    BigAutoField,
    BigIntegerField,
    CharField,
    Field,
    ForeignKeyField,
    Model,
    PostgresqlDatabase,
    TextField,
)

from portal.rules.records.email_addresses import normalize_email
from portal.rules.records.search_text import document_text, scope_key, trigrams

BATCH = 1_000
# The mirrored tables, and the columns that are searched.
SEARCHED = {
    "product": ("name", "sku"),
    "order": ("number", "email", "buyer_name", "referer_id", "external_id", "tracking_number"),
    "customer": ("name", "email", "phone"),
    "coupon": ("code", "name"),
}
WITH_EMAIL = ("order", "customer")

ON_SQLITE = (
    """CREATE VIRTUAL TABLE search_index USING fts5(text, content = 'search_document',
content_rowid = 'id', tokenize = 'trigram case_sensitive 1', detail = none, columnsize = 0)""",
    """CREATE TRIGGER search_document_insert AFTER INSERT ON search_document BEGIN
INSERT INTO search_index (rowid, text) VALUES (new.id, new.text); END""",
    """CREATE TRIGGER search_document_delete AFTER DELETE ON search_document BEGIN
INSERT INTO search_index (search_index, rowid, text) VALUES ('delete', old.id, old.text); END""",
    """CREATE TRIGGER search_document_update AFTER UPDATE OF text ON search_document BEGIN
INSERT INTO search_index (search_index, rowid, text) VALUES ('delete', old.id, old.text);
INSERT INTO search_index (rowid, text) VALUES (new.id, new.text); END""",
)
ON_POSTGRESQL = ("CREATE INDEX search_document_terms ON search_document USING gin (terms)",)


class Frozen(Model):
    class Meta:
        legacy_table_names = False


class Store(Frozen):
    id = BigIntegerField(primary_key=True)


class TrigramsField(Field):
    field_type = "TRIGRAMS"


class SearchDocument(Frozen):
    id = BigAutoField()
    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    mirror_table = CharField()
    remote_id = BigIntegerField()
    text = TextField()
    terms = TrigramsField(null=True)

    class Meta:
        indexes = ((("store", "mirror_table", "remote_id"), True),)


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    is_postgresql = isinstance(db, PostgresqlDatabase)
    with db.bind_ctx([SearchDocument]):
        db.create_tables([SearchDocument])
    # PostgreSQL builds the index of a filled table in a fraction of the time.
    if not is_postgresql:
        _execute_all(db, ON_SQLITE)
    for table in WITH_EMAIL:
        _normalize_emails(db, table)
    for table, columns in SEARCHED.items():
        _fill(db, table, columns, is_postgresql=is_postgresql)
    if is_postgresql:
        _execute_all(db, ON_POSTGRESQL)


def _execute_all(db, statements):
    for statement in statements:
        db.execute_sql(statement)


def _fill(db, table, columns, *, is_postgresql):
    """Write the search texts of all live records."""
    for rows in _batches(db, table, columns, "deleted_at IS NULL"):
        values = []
        for store_id, remote_id, *texts in rows:
            text = document_text(scope_key(table, store_id), texts)
            terms = trigrams(text) if is_postgresql else None
            values.append((store_id, table, remote_id, text, terms))
        _insert(db, values)


def _insert(db, rows):
    mark = db.param
    one = f"({mark}, {mark}, {mark}, {mark}, {mark})"
    db.execute_sql(
        "INSERT INTO search_document (store_id, mirror_table, remote_id, text, terms) VALUES "  # noqa: S608 - placeholders
        + ", ".join([one] * len(rows)),
        [value for row in rows for value in row],
    )


def _normalize_emails(db, table):
    """Give stored addresses the form in which addresses are compared now."""
    mark = db.param
    for rows in _batches(db, table, ("email",), "email IS NOT NULL"):
        for store_id, remote_id, email in rows:
            if (normalized := normalize_email(email)) != email:
                db.execute_sql(
                    f'UPDATE "{table}" SET email = {mark} '  # noqa: S608 - names of this script
                    f"WHERE store_id = {mark} AND remote_id = {mark}",
                    (normalized, store_id, remote_id),
                )


def _batches(db, table, columns, condition):
    """Yield rows of the table in the order of its key: store, id, and these columns."""
    mark, last = db.param, (-1, -1)
    names = ", ".join(f'"{column}"' for column in columns)
    while rows := db.execute_sql(
        f'SELECT store_id, remote_id, {names} FROM "{table}" '  # noqa: S608 - names of this script
        f"WHERE (store_id, remote_id) > ({mark}, {mark}) AND {condition} "
        f"ORDER BY store_id, remote_id LIMIT {BATCH}",
        last,
    ).fetchall():
        yield rows
        last = rows[-1][:2]
