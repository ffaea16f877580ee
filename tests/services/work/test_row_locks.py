"""A locked row is changed by nobody else until the commit."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from peewee import Database, PostgresqlDatabase

from portal.models import Membership, Merchant
from portal.services.work.row_locks import locked
from tests.factories import make_merchant, make_store


def waits_for_commit(
    database: Database, change: Callable[[], object], *, locks_references: bool = False
) -> bool:
    """Return whether another connection's ``change`` waits while the merchant's row is locked."""

    def change_elsewhere() -> None:
        with database.connection_context():
            change()

    with ThreadPoolExecutor(1) as pool:
        with database.atomic():
            locked(Merchant.select(), locks_references=locks_references).get()
            elsewhere = pool.submit(change_elsewhere)
            time.sleep(0.2)
            is_waiting = not elsewhere.done()
            Merchant.update(locale="de").execute()
        elsewhere.result(20)
    return is_waiting


@pytest.mark.parametrize("locks_references", [False, True])
def test_others_wait_to_change_a_locked_row(database: Database, locks_references: bool) -> None:
    make_merchant()

    def change() -> None:
        Merchant.update(locale="fr").execute()

    assert waits_for_commit(database, change, locks_references=locks_references)
    assert Merchant.get().locale == "fr"


@pytest.mark.parametrize("locks_references", [False, True])
def test_rows_that_refer_to_a_locked_one_are_locked_on_request(
    database: Database, locks_references: bool
) -> None:
    merchant, store = make_merchant(), make_store()

    def change() -> None:
        Membership.create(merchant=merchant, store=store)

    # SQLite has one writer at a time.
    is_waiting = locks_references or not isinstance(database, PostgresqlDatabase)
    assert waits_for_commit(database, change, locks_references=locks_references) is is_waiting


def test_a_row_that_does_not_exist_is_none(database: Database) -> None:
    with database.atomic():
        assert locked(Merchant.select()).get_or_none() is None
