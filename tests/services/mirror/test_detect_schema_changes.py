"""A field that drifts is a row and a log line, once for a store and resource."""

from __future__ import annotations

from typing import Any

import pytest
from peewee import Database

from portal.models import FieldDrift, FieldProfile, Resource, Store, SyncState
from portal.rules.sync.schema_changes import LEARNED_FROM, MISSING_FROM
from portal.services.mirror.detect_schema_changes import SAMPLE_EVERY, drifts_noticed, note_fields
from portal.services.mirror.mirror_catalog import save_products
from tests.factories import UPDATED_AT, make_store, product_payload

PRODUCTS = Resource.PRODUCTS


@pytest.fixture(autouse=True)
def store(database: Database) -> Store:
    """A store whose products were complete once, and whose fields were learned."""
    store = make_store()
    note_fields(1003, PRODUCTS, [product_payload()] * LEARNED_FROM)
    SyncState.create(store=store, resource=PRODUCTS, high_water_at=UPDATED_AT)
    return store


def changed(**changes: Any) -> list[dict[str, Any]]:
    """Return one product that differs from what is usual."""
    return [product_payload(**changes)]


def test_what_is_usual_is_no_drift() -> None:
    assert note_fields(1003, PRODUCTS, [product_payload()] * 500) == []

    assert FieldDrift.select().count() == 0


def test_a_changed_type_is_a_row_and_a_log_line(capsys: pytest.CaptureFixture[str]) -> None:
    note_fields(1003, PRODUCTS, changed(price="24.90"))

    row = FieldDrift.get()
    assert (row.store_id, row.resource, row.field) == (1003, PRODUCTS, "price")
    assert (row.change, row.before, row.after) == ("type", "number", "string")
    printed = capsys.readouterr().out
    assert "fields.drifted" in printed
    assert "24.90" not in printed


def test_a_missing_field_is_noticed_over_many_small_reads() -> None:
    without = product_payload()
    del without["sku"]

    told = [note_fields(1003, PRODUCTS, [without]) for _ in range(MISSING_FROM + 5)]

    assert sum(map(len, told)) == 1
    assert (FieldDrift.get().field, FieldDrift.get().change) == ("sku", "missing")


def test_a_change_is_told_once_even_if_its_profile_was_forgotten() -> None:
    note_fields(1003, PRODUCTS, changed(price="24.90"))
    FieldProfile.delete().execute()
    note_fields(1003, PRODUCTS, [product_payload()] * LEARNED_FROM)

    assert note_fields(1003, PRODUCTS, changed(price="24.90")) == []

    assert FieldDrift.select().count() == 1


def test_each_store_and_resource_has_its_own_usual() -> None:
    make_store(id=2002)
    note_fields(1003, PRODUCTS, changed(price="24.90"))

    assert note_fields(2002, PRODUCTS, changed(price="24.90")) == []
    assert note_fields(1003, Resource.CATEGORIES, changed(price="24.90")) == []


def test_a_first_copy_only_teaches() -> None:
    SyncState.update(high_water_at=None).execute()

    assert note_fields(1003, PRODUCTS, changed(price="24.90")) == []


def test_of_a_first_copy_every_tenth_record_teaches() -> None:
    SyncState.update(high_water_at=None).execute()
    records = [product_payload() for _ in range(SAMPLE_EVERY * 2)]
    records[1]["unseen"] = 5
    records[SAMPLE_EVERY]["seen"] = 5

    note_fields(1003, PRODUCTS, records)

    assert "seen" in FieldProfile.get().fields
    assert "unseen" not in FieldProfile.get().fields


def test_what_any_reader_saves_is_looked_at() -> None:
    drifted = product_payload(description=["no", "text"])
    FieldProfile.delete().execute()
    note_fields(1003, PRODUCTS, [product_payload(description="text")] * LEARNED_FROM)

    save_products(1003, [drifted], UPDATED_AT)

    assert [row.field for row in drifts_noticed(10)] == ["description"]


def test_nothing_read_is_nothing_noted() -> None:
    assert note_fields(1003, PRODUCTS, []) == []


def test_what_is_usual_is_not_written_again() -> None:
    before = FieldProfile.get().updated_at

    note_fields(1003, PRODUCTS, changed())

    assert FieldProfile.get().updated_at == before


def test_the_operator_sees_the_newest_first() -> None:
    note_fields(1003, PRODUCTS, changed(price="24.90"))
    note_fields(1003, PRODUCTS, changed(name=5))

    assert [drift.field for drift in drifts_noticed(10)] == ["name", "price"]
    assert [drift.field for drift in drifts_noticed(1)] == ["name"]
