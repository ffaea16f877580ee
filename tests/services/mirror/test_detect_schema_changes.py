"""Schema changes are recorded and logged once per store and resource."""

from __future__ import annotations

from typing import Any

import pytest
from peewee import Database

from portal.models import ObservedSchema, Resource, SchemaChange, Store, SyncState
from portal.rules.sync.schema_changes import LEARNING_RECORDS, MISSING_RECORDS_LIMIT
from portal.services.mirror import resources
from portal.services.mirror.detect_schema_changes import (
    SAMPLE_EVERY,
    detect_schema_changes,
    latest_schema_changes,
)
from tests.factories import UPDATED_AT, make_store, product_payload

PRODUCTS = Resource.PRODUCTS


@pytest.fixture(autouse=True)
def store(database: Database) -> Store:
    """A store with a complete backfill of products and a learned schema."""
    store = make_store()
    detect_schema_changes(1003, PRODUCTS, [product_payload()] * LEARNING_RECORDS)
    SyncState.create(store=store, resource=PRODUCTS, high_water_at=UPDATED_AT)
    return store


def changed(**changes: Any) -> list[dict[str, Any]]:
    """Return a usual product with some changed fields."""
    return [product_payload(**changes)]


def test_usual_records_cause_no_schema_change() -> None:
    assert detect_schema_changes(1003, PRODUCTS, [product_payload()] * 500) == []

    assert SchemaChange.select().count() == 0


def test_changed_type_is_recorded_and_logged(capsys: pytest.CaptureFixture[str]) -> None:
    detect_schema_changes(1003, PRODUCTS, changed(price="24.90"))

    row = SchemaChange.get()
    assert (row.store_id, row.resource, row.field) == (1003, PRODUCTS, "price")
    assert (row.change, row.before, row.after) == ("type", "number", "string")
    printed = capsys.readouterr().out
    assert "schema.changed" in printed
    assert "24.90" not in printed


def test_missing_field_is_detected_over_many_small_reads() -> None:
    without = product_payload()
    del without["sku"]

    reported = [
        detect_schema_changes(1003, PRODUCTS, [without]) for _ in range(MISSING_RECORDS_LIMIT + 5)
    ]

    assert sum(map(len, reported)) == 1
    assert (SchemaChange.get().field, SchemaChange.get().change) == ("sku", "missing")


def test_change_is_reported_once_even_if_the_schema_was_deleted() -> None:
    detect_schema_changes(1003, PRODUCTS, changed(price="24.90"))
    ObservedSchema.delete().execute()
    detect_schema_changes(1003, PRODUCTS, [product_payload()] * LEARNING_RECORDS)

    assert detect_schema_changes(1003, PRODUCTS, changed(price="24.90")) == []

    assert SchemaChange.select().count() == 1


def test_each_store_and_resource_has_its_own_schema() -> None:
    make_store(id=2002)
    detect_schema_changes(1003, PRODUCTS, changed(price="24.90"))

    assert detect_schema_changes(2002, PRODUCTS, changed(price="24.90")) == []
    assert detect_schema_changes(1003, Resource.CATEGORIES, changed(price="24.90")) == []


def test_backfill_only_learns() -> None:
    SyncState.update(high_water_at=None).execute()

    assert detect_schema_changes(1003, PRODUCTS, changed(price="24.90")) == []


def test_backfill_learns_from_a_sample() -> None:
    SyncState.update(high_water_at=None).execute()
    records = [product_payload() for _ in range(SAMPLE_EVERY * 2)]
    records[1]["unseen"] = 5
    records[SAMPLE_EVERY]["seen"] = 5

    detect_schema_changes(1003, PRODUCTS, records)

    assert "seen" in ObservedSchema.get().fields
    assert "unseen" not in ObservedSchema.get().fields


def test_first_read_of_a_backfill_learns_from_a_sample_of_its_later_records() -> None:
    ObservedSchema.delete().execute()
    SyncState.update(high_water_at=None).execute()
    records = [product_payload() for _ in range(LEARNING_RECORDS + 2)]
    records[LEARNING_RECORDS - 1]["learned"] = 5
    records[LEARNING_RECORDS]["seen"] = 5
    records[LEARNING_RECORDS + 1]["unseen"] = 5

    detect_schema_changes(1003, PRODUCTS, records)

    fields = ObservedSchema.get().fields
    assert {"learned", "seen", "unseen"} & fields.keys() == {"learned", "seen"}


def test_records_of_every_read_are_checked() -> None:
    changed = product_payload(description=["no", "text"])
    ObservedSchema.delete().execute()
    detect_schema_changes(1003, PRODUCTS, [product_payload(description="text")] * LEARNING_RECORDS)

    resources.PRODUCTS.save(1003, [changed], UPDATED_AT)

    assert [row.field for row in latest_schema_changes(10)] == ["description"]


def test_empty_read_records_nothing() -> None:
    assert detect_schema_changes(1003, PRODUCTS, []) == []


def test_unchanged_schema_is_not_written_again() -> None:
    before = ObservedSchema.get().updated_at

    detect_schema_changes(1003, PRODUCTS, changed())

    assert ObservedSchema.get().updated_at == before


def test_latest_schema_changes_come_first() -> None:
    detect_schema_changes(1003, PRODUCTS, changed(price="24.90"))
    detect_schema_changes(1003, PRODUCTS, changed(name=5))

    assert [change.field for change in latest_schema_changes(10)] == ["name", "price"]
    assert [change.field for change in latest_schema_changes(1)] == ["name"]
