"""Customers and coupons are mirrored or quarantined, and the newest state wins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peewee import Database

from portal.models import Coupon, Customer, MirrorTable, Quarantine, Store
from portal.services.mirror.mapped_records import SaveResult
from portal.services.mirror.resources import COUPONS, CUSTOMERS
from tests.ecwid.odd_values import damaged, on_a_shared_database
from tests.factories import UPDATED_AT, coupon_payload, customer_payload, make_store

STORE = 1003
LATER = UPDATED_AT + timedelta(minutes=1)


@dataclass(frozen=True)
class Kind:
    """One resource: its table, its writer and the field of its update time."""

    table: type[MirrorTable]
    payload: Callable[..., dict[str, Any]]
    save: Callable[..., SaveResult]
    mark_deleted: Callable[..., int]
    date: str


KINDS = {
    "customers": Kind(
        Customer, customer_payload, CUSTOMERS.save, CUSTOMERS.mark_deleted, "updated"
    ),
    "coupons": Kind(Coupon, coupon_payload, COUPONS.save, COUPONS.mark_deleted, "updateDate"),
}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    """Each of the two resources."""
    return KINDS[request.param]


@pytest.fixture(autouse=True)
def store(database: Database) -> Store:
    """The store that is mirrored."""
    return make_store()


def test_record_is_saved_with_all_fields(kind: Kind) -> None:
    assert kind.save(STORE, [kind.payload()], LATER) == SaveResult(1, 1, 0, 0)
    assert kind.table.get().raw == kind.payload()


@pytest.mark.promise(4)
def test_older_read_changes_nothing(kind: Kind) -> None:
    kind.save(STORE, [kind.payload(name="new")], LATER)
    older = kind.payload(name="old", **{kind.date: "2026-01-01 00:00:00 +0000"})

    assert kind.save(STORE, [older], LATER).saved == 0
    assert kind.table.get().raw["name"] == "new"


@pytest.mark.promise(5)
def test_unreadable_record_stays_in_quarantine_until_it_is_readable(kind: Kind) -> None:
    broken, sound = kind.payload(**{kind.date: "never"}), kind.payload(id=99)

    assert kind.save(STORE, [broken, sound], LATER) == SaveResult(2, 1, 0, 1)
    (entry,) = Quarantine.select()
    assert entry.payload == broken
    assert kind.date in entry.reason
    kind.save(STORE, [kind.payload()], LATER)
    assert Quarantine.get().resolved_at is not None


@pytest.mark.promise(5)
@on_a_shared_database
@given(data=st.data())
def test_every_page_is_accepted(database: Database, kind: Kind, data: st.DataObject) -> None:
    payloads = data.draw(st.lists(damaged(kind.payload()), max_size=4))

    with database.atomic() as transaction:
        saved = kind.save(STORE, payloads, LATER)

        assert saved.seen == len(payloads)
        assert saved.saved == kind.table.select().count() <= saved.seen - saved.quarantined
        transaction.rollback()


@pytest.mark.promise(6)
def test_absence_older_than_the_last_read_deletes_nothing(kind: Kind) -> None:
    kind.save(STORE, [kind.payload()], LATER)

    assert kind.mark_deleted(STORE, [kind.payload()["id"]], UPDATED_AT) == 0
    assert kind.table.get().deleted_at is None


def test_code_of_a_deleted_coupon_can_be_used_again() -> None:
    COUPONS.save(STORE, [coupon_payload(id=33)], LATER)
    COUPONS.mark_deleted(STORE, [33], LATER)

    COUPONS.save(STORE, [coupon_payload(id=34)], LATER)

    assert [(row.remote_id, row.code) for row in Coupon.select().order_by(Coupon.remote_id)] == [
        (33, "WELCOME-10"),
        (34, "WELCOME-10"),
    ]


def test_deleted_record_is_marked(kind: Kind) -> None:
    kind.save(STORE, [kind.payload()], LATER)

    assert kind.mark_deleted(STORE, [kind.payload()["id"], 5], LATER) == 1
    assert kind.table.get().deleted_at is not None
