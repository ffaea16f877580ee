"""Export and deletion of an account; no store is left without an owner."""

from __future__ import annotations

import json

import pytest
from peewee import ForeignKeyField

from portal.models import (
    TABLES,
    AuditLogEntry,
    BrowserSession,
    ChannelConsent,
    Grant,
    Membership,
    Merchant,
    RecoveryCode,
    Role,
    SecondFactor,
    Store,
    StoreState,
    Table,
    TimelineEntry,
)
from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.channels.channel_states import ConsentStatus
from portal.services.accounts.browser_sessions import open_browser_session
from portal.services.accounts.change_email import request_email_change
from portal.services.accounts.delete_account import delete_account, stores_blocking_deletion
from portal.services.accounts.export_account import SECTIONS, export_account
from portal.services.accounts.invitations import invite
from portal.services.accounts.second_factor import begin_factor
from portal.services.api_keys.channel_keys import add_key, split_key
from portal.services.api_keys.keys import create_key, store_of
from portal.services.channels.consents import grant_consent
from portal.services.runtime import Runtime
from tests.factories import make_channel, make_merchant, make_passkey, make_store


@pytest.fixture
def bob(store: Store) -> Merchant:
    """A member of staff."""
    bob = make_merchant(email="bob@example.com")
    Membership.create(merchant=bob, store=store, role=Role.MANAGER)
    return bob


def test_deleted_staff_account_takes_all_its_rows_along(
    runtime: Runtime, store: Store, bob: Merchant
) -> None:
    open_browser_session(bob, ip_address="", user_agent="")
    begin_factor(runtime.sealer, bob)
    request_email_change(bob, "bob@new.example")
    TimelineEntry.record(store.id, "something", bob)
    AuditLogEntry.record(store.id, "something", "store 1003", actor=bob)

    assert stores_blocking_deletion(bob) == []
    assert delete_account(bob)

    assert Merchant.with_email("bob@example.com") is None
    assert BrowserSession.select().count() == 0
    assert Membership.select().count() == 1
    assert TimelineEntry.get().actor is None
    assert (AuditLogEntry.get().actor, AuditLogEntry.get().actor_name) == (
        None,
        f"merchant {bob.id}",
    )


def test_owner_of_a_working_store_cannot_delete_the_account(
    store: Store, merchant: Merchant
) -> None:
    assert stores_blocking_deletion(merchant) == [store]

    assert not delete_account(merchant)

    assert Membership.role_of(merchant, store.id) is Role.OWNER


def test_owner_of_a_disconnected_store_without_staff_can_delete_the_account(
    store: Store, merchant: Merchant, bob: Merchant
) -> None:
    Store.update(state=StoreState.DISCONNECTED).execute()
    assert not delete_account(merchant)
    Membership.delete().where(Membership.merchant == bob).execute()

    assert delete_account(merchant)

    assert Membership.select().count() == 0
    assert Grant.get().merchant is None
    assert Store.get() == store


@pytest.mark.promise(9)
def test_no_channel_reads_a_store_whose_owner_deleted_the_account(
    merchant: Merchant, store: Store
) -> None:
    channel = make_channel()
    grant_consent(channel, store, [KeyScope.READ_CATALOG], merchant)
    made = add_key(channel, "Live", [KeyScope.READ_CATALOG])
    assert made is not None
    Store.update(state=StoreState.DISCONNECTED).execute()

    assert delete_account(merchant)

    assert store_of(made.key, store.id) is None
    assert ChannelConsent.get().status == ConsentStatus.REVOKED


def test_every_reference_to_a_merchant_allows_its_deletion() -> None:
    kept = {
        f"{table.__name__}.{field.name}"
        for table in TABLES
        for field in references(table)
        if field.on_delete not in ("CASCADE", "SET NULL")
    }

    assert kept == set()


def test_every_table_that_references_a_merchant_is_in_the_export() -> None:
    exported = {section.owner for section in SECTIONS.values()}
    # Secrets. The account section says whether there is a second factor, and how many codes are
    # left.
    left_out = {SecondFactor.merchant, RecoveryCode.merchant}

    assert {field for table in TABLES for field in references(table)} <= exported | left_out


def references(table: type[Table]) -> list[ForeignKeyField]:
    """Return the columns of a table that reference a merchant."""
    fields = table._meta.sorted_fields
    return [field for field in fields if getattr(field, "rel_model", None) is Merchant]


def test_export_has_all_personal_data_and_no_secret(
    runtime: Runtime, store: Store, merchant: Merchant
) -> None:
    eve = make_merchant(email="eve@example.com", password_hash="hash-of-eve")
    make_store(eve, id=2004, name="Wood")
    invite(store, merchant, "eve@example.com")
    _, token = open_browser_session(eve, ip_address="10.0.0.1", user_agent="Firefox/140.0")
    begin_factor(runtime.sealer, eve)
    passkey = make_passkey(eve)
    asked = request_email_change(eve, "eve@new.example")
    key = create_key(eve, "Warehouse", [KeyScope.READ_ORDERS])
    assert key is not None
    _prefix, key_secret = split_key(key.text)

    hers, his = export_account(eve), export_account(merchant)

    assert hers["account"]["email"] == "eve@example.com"
    assert hers["account"]["second_factor_since"] is None
    assert [row["name"] for row in hers["passkeys"]] == ["Phone"]
    assert [row["ip_address"] for row in hers["sign_ins"]] == ["10.0.0.1"]
    assert [(row["store_id"], row["role"]) for row in hers["stores"]] == [(2004, "owner")]
    assert [row["store_id"] for row in hers["invitations_to_me"]] == [1003]
    assert [row["name"] for row in hers["api_keys"]] == ["Warehouse"]
    assert [row["email"] for row in his["invitations_by_me"]] == ["eve@example.com"]
    assert [row["what"] for row in his["moments"]] == ["member_invited"]
    assert [row["action"] for row in his["actions"]] == ["member_invited"]
    text = json.dumps(hers)
    assert passkey.credential_id not in text
    assert set(hers) == {"exported_at", "account", *SECTIONS}
    for secret in ("hash-of-eve", token, asked.new_token, key_secret):
        assert secret not in text
    assert "digest" not in text
