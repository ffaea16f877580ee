"""Write one event down by one statement whose text is made once: the receiver's whole work."""

from __future__ import annotations

from functools import cache
from typing import Any

from peewee import AutoField, JSONField

from portal.models.base import database
from portal.models.fields import dump_json
from portal.models.webhook_event import WebhookEvent

_FIELDS = [f for f in WebhookEvent._meta.sorted_fields if not isinstance(f, AutoField)]


def insert_event(**values: Any) -> bool:
    """Commit one event, by field name; return False if one with its ``event_id`` is there already.

    Raises the database's errors. Peewee would build the same text anew for each event, which took
    twice as long as the statement itself.
    """
    row = WebhookEvent._meta.get_default_dict() | values
    parameters = [_to_database(field, row.get(field.name)) for field in _FIELDS]
    # Outside of a transaction a statement is one by itself, committed when this returns.
    cursor = database.execute_sql(_statement(database.param), parameters)
    return bool(database.rows_affected(cursor))


def _to_database(field: Any, value: Any) -> Any:
    if isinstance(field, JSONField):
        # Peewee would have SQLite parse the text once more, by json(?).
        return None if value is None else dump_json(value)
    return field.db_value(value)


@cache
def _statement(placeholder: str) -> str:
    names = ", ".join(f'"{field.column_name}"' for field in _FIELDS)
    places = ", ".join([placeholder] * len(_FIELDS))
    table = WebhookEvent._meta.table_name
    return (
        f'INSERT INTO "{table}" ({names}) VALUES ({places}) '  # noqa: S608 - our own names
        'ON CONFLICT ("event_id") DO NOTHING'
    )
