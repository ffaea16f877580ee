"""Term index of event payloads, used by the event search."""

from __future__ import annotations

from peewee import BigIntegerField, CharField, CompositeKey, IntegerField

from portal.models.base import Table
from portal.models.fields import UtcDateTimeField
from portal.rules.webhooks.search_terms import TERM_LENGTH_LIMIT

ONLY_ROW = 1


class EventTerm(Table):
    """A term in an event's payload; the primary key has the sort order of the search results.

    There is no foreign key to the event, because its index would double the table's size. Terms of
    an erased event stay behind without harm, because the search reads each event it finds.
    """

    store_id = BigIntegerField()
    term = CharField(max_length=TERM_LENGTH_LIMIT)
    event_id = IntegerField()

    class Meta:
        primary_key = CompositeKey("store_id", "term", "event_id")


class EventTermProgress(Table):
    """Single row with the last indexed event; ``received_at`` is when that event was received."""

    id = IntegerField(primary_key=True, default=ONLY_ROW)
    upto_id = IntegerField()
    received_at = UtcDateTimeField()
