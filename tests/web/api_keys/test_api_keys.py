"""Merchants create, rotate and revoke API keys; the audit log records each change."""

from __future__ import annotations

import re

import pytest

from portal.models import ApiKey, AuditLogEntry, Merchant, Store
from portal.services.api_keys.channel_keys import KEYS_PER_CHANNEL, REVOKED_SHOWN
from portal.services.api_keys.keys import authenticate_key, create_key, revoke_key
from tests.factories import make_merchant, make_store
from tests.web.conftest import Visitor, page_text

PAGE = "/account/keys"


def key_on(page: str) -> str:
    """Return the key that a page shows."""
    found = re.search(r"mp_[0-9a-f]{12}_[\w-]{43}", page)
    assert found, page
    return found[0]


def test_key_is_created_and_shown_once(browser: Visitor, store: Store) -> None:
    assert "No keys yet" in page_text(browser.get(PAGE))

    made = browser.post(
        PAGE, name=" Warehouse ", store="1003", scopes=["read_orders", "read_catalog"]
    )

    text = key_on(made.text)
    key = authenticate_key(text)
    assert key is not None
    assert (key.name, key.store_id) == ("Warehouse", store.id)
    assert key.scopes == ["read_catalog", "read_orders"]
    assert made.headers["Cache-Control"] == "no-store"
    listed = browser.get(PAGE).text
    assert "Warehouse" in listed
    assert text not in listed
    assert text.rpartition("_")[2] not in repr(list(ApiKey.select().dicts()))


def test_key_of_all_stores_is_in_the_audit_log_of_each_store(
    browser: Visitor, merchant: Merchant, store: Store
) -> None:
    make_store(merchant, id=1004)

    browser.post(PAGE, name="ERP", store="all", scopes=["read_health"])

    noted = (
        AuditLogEntry.select(AuditLogEntry.store, AuditLogEntry.action, AuditLogEntry.actor_name)
        .order_by(AuditLogEntry.store, AuditLogEntry.action)
        .tuples()
    )
    actor_name = f"merchant {merchant.id}"
    assert list(noted) == [
        (1003, "api_key.created", actor_name),
        (1003, "channel.consented", actor_name),
        (1004, "api_key.created", actor_name),
        (1004, "channel.consented", actor_name),
    ]
    assert ApiKey.get().store_id is None


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"name": "  "}, "Give it a name"),
        ({"name": "x" * 81}, "at most 80"),
        ({"scopes": []}, "Choose at least one"),
        ({"scopes": ["rule_the_world"]}, "not a valid"),
        ({"store": "2004"}, "Not a valid choice"),
        ({"store": "9" * 5_000}, "Not a valid choice"),
        ({"store": ""}, "Not a valid choice"),
        ({"store": []}, "Not a valid choice"),
    ],
)
def test_invalid_form_is_shown_again_with_its_errors(
    browser: Visitor, store: Store, changes: dict[str, object], problem: str
) -> None:
    make_store(make_merchant(email="eve@example.com"), id=2004)
    options: dict[str, object] = {"name": "ERP", "store": "all", "scopes": ["read_orders"]}

    answer = browser.post(PAGE, **options | changes)

    assert answer.status_code == 422
    assert problem in page_text(answer)
    assert not ApiKey.select().exists()


def test_key_is_rotated_and_revoked(browser: Visitor, store: Store) -> None:
    old = key_on(browser.post(PAGE, name="ERP", store="all", scopes=["read_orders"]).text)
    address = f"{PAGE}/{ApiKey.get().id}"

    new = key_on(browser.post(f"{address}/rotate").text)
    assert new != old
    assert authenticate_key(old) == authenticate_key(new)
    assert "The one before works until" in page_text(browser.get(PAGE))

    assert browser.post(f"{address}/revoke").status_code == 303
    assert authenticate_key(old) is authenticate_key(new) is None
    assert "revoked" in page_text(browser.get(PAGE))
    actions = [row.action for row in AuditLogEntry.select().order_by(AuditLogEntry.id)]
    assert actions[1:] == ["api_key.created", "api_key.rotated", "api_key.revoked"]
    assert browser.post(f"{address}/rotate").status_code == 404


@pytest.mark.promise(9)
def test_keys_of_other_merchants_are_a_404(
    stranger: Visitor, merchant: Merchant, store: Store
) -> None:
    made = create_key(merchant, "ERP", ["read_orders"])
    assert made is not None

    assert "ERP" not in stranger.get(PAGE).text
    for action in ("rotate", "revoke"):
        assert stranger.post(f"{PAGE}/{made.key.id}/{action}").status_code == 404


def test_number_of_keys_per_merchant_is_limited(
    browser: Visitor, merchant: Merchant, store: Store
) -> None:
    for number in range(KEYS_PER_CHANNEL):
        create_key(merchant, f"Key {number}", ["read_orders"])

    answer = browser.post(PAGE, name="One more", store="all", scopes=["read_orders"])

    assert answer.status_code == 303
    assert "as many keys" in page_text(browser.get(PAGE))
    assert ApiKey.select().count() == KEYS_PER_CHANNEL


def test_last_revoked_keys_are_listed_below_the_valid_ones(
    browser: Visitor, merchant: Merchant, store: Store
) -> None:
    for number in range(REVOKED_SHOWN + 3):
        made = create_key(merchant, f"Key {number:02}", ["read_orders"])
        assert made is not None
        if number != 1:
            revoke_key(merchant, made.key.id)

    listed = re.findall(r"Key \d\d", page_text(browser.get(PAGE)))

    newest = [f"Key {number:02}" for number in range(REVOKED_SHOWN + 2, 2, -1)]
    assert listed == ["Key 01", *newest]
