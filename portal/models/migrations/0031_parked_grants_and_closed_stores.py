"""Add parked grants and closed stores; name persons who have only a first and a last name."""

import simplejson
from peewee import (
    AutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    Model,
    PostgresqlDatabase,
    TextField,
)

from portal.models.fields import JsonField, UtcDateTimeField

BATCH = 500
# Table, columns of the name, and the parts of the raw record that may have one, first one first.
PERSONS = (
    ("order", ("buyer_name",), ("billingPerson", "shippingPerson")),
    ("customer", ("name", "name_key"), ("", "billingPerson")),
)


class ParkedGrant(Model):
    id = AutoField()
    token_digest = CharField(unique=True)
    store_id = BigIntegerField(index=True)
    sealed_access_token = TextField()
    sealed_public_token = TextField(null=True)
    scopes = JsonField()
    parked_at = UtcDateTimeField()
    expires_at = UtcDateTimeField(index=True)

    class Meta:
        legacy_table_names = False


def up(migrator, db):
    with db.bind_ctx([ParkedGrant]):
        db.create_tables([ParkedGrant])
    migrator.migrate(migrator.add_column("store", "is_closed", BooleanField(default=False)))
    for table, columns, parts in PERSONS:
        _name_persons(db, table, columns, parts)


def _name_persons(db, table, columns, parts):
    """Name the nameless rows of a table from their raw records, in batches by primary key."""
    mark = "%s" if isinstance(db, PostgresqlDatabase) else "?"
    where = f"({columns[0]} IS NULL OR {columns[0]} = '')"
    after = f"(store_id > {mark} OR (store_id = {mark} AND remote_id > {mark}))"
    query = (
        f'SELECT store_id, remote_id, raw FROM "{table}" WHERE {where} AND {after}'  # noqa: S608 - names above
        f" ORDER BY store_id, remote_id LIMIT {BATCH}"
    )
    assignments = ", ".join(f"{column} = {mark}" for column in columns)
    update = f'UPDATE "{table}" SET {assignments} WHERE store_id = {mark} AND remote_id = {mark}'  # noqa: S608 - names above
    last = (0, -1)
    while rows := db.execute_sql(query, (last[0], *last)).fetchall():
        for store_id, remote_id, raw in rows:
            name = _name(raw, parts)
            if name:
                values = (name, name.casefold()[:255])[: len(columns)]
                db.execute_sql(update, (*values, store_id, remote_id))
        last = rows[-1][:2]


def _name(raw, parts):
    record = simplejson.loads(raw) if isinstance(raw, str) else raw
    if not isinstance(record, dict):
        return None
    for part in parts:
        person = record.get(part) if part else record
        if isinstance(person, dict):
            words = [person.get("firstName"), person.get("lastName")]
            name = " ".join(
                word.strip() for word in words if isinstance(word, str) and word.strip()
            )
            if name:
                return name
    return None
