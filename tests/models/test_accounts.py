"""Merchants, stores, memberships and grants: who signs in, sees what, and granted what."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from peewee import Database, IntegrityError

from portal.models import (
    WORKING_STATES,
    Grant,
    Membership,
    Merchant,
    Role,
    Store,
    StoreState,
    WebhookHealth,
    utc_now,
)
from portal.rules.records.email_addresses import normalize_email
from portal.sealing import Sealer, new_key
from tests.factories import make_grant, make_merchant, make_store
from tests.sealed import open_secret

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def sealer() -> Sealer:
    return Sealer([new_key()])


@pytest.mark.parametrize("spelling", ["ada@example.com", " Ada@Example.COM\n", "ADA@EXAMPLE.COM"])
def test_email_is_stored_and_compared_in_one_spelling(spelling: str) -> None:
    assert normalize_email(spelling) == "ada@example.com"


def test_merchant_is_found_by_email_in_any_spelling(database: Database) -> None:
    merchant = make_merchant(email="ada@example.com")

    assert Merchant.with_email(" ADA@example.com ") == merchant
    assert Merchant.with_email("bob@example.com") is None


def test_email_belongs_to_one_merchant(database: Database) -> None:
    make_merchant(email="ada@example.com")

    with pytest.raises(IntegrityError):
        make_merchant(email="ada@example.com")


def test_merchant_is_not_an_operator_by_default(database: Database) -> None:
    assert make_merchant().is_operator is False


@pytest.mark.promise(9)
def test_merchant_sees_only_own_stores_by_name(database: Database) -> None:
    ada, bob = make_merchant(), make_merchant(email="bob@example.com")
    make_store(ada, id=1, name="Wood")
    make_store(ada, id=2, name="Clay")
    make_store(bob, id=3, name="Bronze")
    make_store(id=4, name="Ashes")

    assert [store.id for store in Membership.stores_of(ada)] == [2, 1]
    assert [store.id for store in Membership.stores_of(bob)] == [3]


@pytest.mark.promise(9)
@pytest.mark.parametrize("store_id", [3, 4], ids=["another's store", "no store"])
def test_merchant_without_membership_cannot_see_a_store(database: Database, store_id: int) -> None:
    ada, bob = make_merchant(), make_merchant(email="bob@example.com")
    make_store(ada, id=1)
    make_store(bob, id=3)

    assert Membership.store_of(ada, store_id) is None


def test_store_is_found_by_all_its_members(database: Database) -> None:
    ada, bob = make_merchant(), make_merchant(email="bob@example.com")
    store = make_store(ada)
    Membership.create(merchant=bob, store=store, role=Role.MANAGER)

    assert Membership.store_of(ada, store.id) == store
    assert Membership.store_of(bob, store.id) == store
    assert Membership.role_of(ada, store.id) is Role.OWNER
    assert Membership.role_of(bob, store.id) is Role.MANAGER
    assert Membership.role_of(make_merchant(email="eve@example.com"), store.id) is None
    assert {row.role for row in store.memberships} == {Role.OWNER, Role.MANAGER}


def test_merchant_has_one_membership_in_a_store(database: Database) -> None:
    ada = make_merchant()
    store = make_store(ada)

    with pytest.raises(IntegrityError):
        Membership.create(merchant=ada, store=store, role=Role.MANAGER)


def test_membership_needs_an_existing_store(database: Database) -> None:
    with pytest.raises(IntegrityError):
        Membership.create(merchant=make_merchant(), store=404)


@pytest.mark.parametrize("state", StoreState)
def test_only_connected_and_limited_stores_are_working(state: StoreState) -> None:
    store = Store(id=1003, name="Clay & Co", state=state)

    assert store.is_working is (state in (StoreState.CONNECTED, StoreState.LIMITED))
    assert store.is_working is (state in WORKING_STATES)


def test_new_state_of_a_store_sets_its_time() -> None:
    store = Store(id=1003, name="Clay & Co", state_changed_at=LONG_AGO)
    before = utc_now()

    store.set_state(StoreState.RECONNECT)

    assert store.state == StoreState.RECONNECT
    assert before <= store.state_changed_at <= utc_now()


def test_same_state_of_a_store_keeps_its_time() -> None:
    store = Store(id=1003, name="Clay & Co", state_changed_at=LONG_AGO)

    store.set_state(StoreState.CONNECTED)

    assert store.state_changed_at == LONG_AGO


def test_same_state_of_a_stored_row_keeps_its_time(database: Database) -> None:
    make_store(state=StoreState.LIMITED, state_changed_at=LONG_AGO)
    store = Store.get()

    store.set_state(StoreState.LIMITED)

    assert store.state_changed_at == LONG_AGO


def test_new_store_waits_for_its_webhook_registration(database: Database) -> None:
    store = Store.get_by_id(make_store().id)

    assert store.webhook_health == WebhookHealth.PENDING
    assert store.webhook_mode is None
    assert store.webhook_check_due_at <= utc_now()
    assert (store.features, store.missing_features) == ([], [])


def test_newest_unrevoked_grant_is_valid(database: Database, sealer: Sealer) -> None:
    store = make_store()
    make_grant(store, sealer, token="secret_first")
    newest = make_grant(store, sealer, token="secret_second")

    found = Grant.active_for(store.id)

    assert found == newest
    assert open_secret(sealer, found, "sealed_access_token") == "secret_second"


def test_store_without_a_grant_has_no_valid_one(database: Database, sealer: Sealer) -> None:
    make_grant(make_store(id=2002), sealer)

    assert Grant.active_for(1003) is None


def test_revoking_keeps_the_history_with_its_reason(database: Database, sealer: Sealer) -> None:
    store, other = make_store(), make_store(id=2002)
    past = make_grant(store, sealer, revoked_at=LONG_AGO, revoked_reason="uninstalled")
    present = make_grant(store, sealer)
    make_grant(other, sealer)

    count = Grant.revoke_all(store.id, "the token is dead")

    reasons = {row.id: row.revoked_reason for row in store.grants}
    assert count == 1
    assert reasons == {past.id: "uninstalled", present.id: "the token is dead"}
    assert Grant.get_by_id(past.id).revoked_at == LONG_AGO
    assert Grant.active_for(store.id) is None
    assert Grant.active_for(other.id) is not None


def test_grant_survives_its_merchant(database: Database, sealer: Sealer) -> None:
    ada = make_merchant()
    store = make_store(ada)
    make_grant(store, sealer, merchant=ada)

    ada.delete_instance()

    kept = Grant.active_for(store.id)
    assert kept is not None
    assert kept.merchant is None


@pytest.mark.promise(10)
def test_token_is_not_readable_in_the_row(database: Database, sealer: Sealer) -> None:
    make_grant(make_store(), sealer, token="secret_abc")

    row = database.execute_sql('SELECT * FROM "grant"').fetchone()

    assert "secret_abc" not in repr(row)
