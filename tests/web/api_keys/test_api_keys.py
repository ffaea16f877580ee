"""Merchants create, rotate, suspend and revoke API keys; the audit log records each change."""

from __future__ import annotations

import re

import pytest

from portal.errors import KeyRefusedError
from portal.models import ApiKey, AuditLogEntry, Membership, Merchant, Role, Store
from portal.services.api_keys.channel_keys import KEYS_PER_CHANNEL, REVOKED_SHOWN, split_key
from portal.services.api_keys.keys import authenticate_key, create_key, revoke_key
from portal.services.runtime import Runtime
from tests.factories import make_merchant, make_store
from tests.web.conftest import PASSWORD, PASSWORD_HASH, Visitor, let_confirmations_expire, page_text
from tests.web.emails import sent_emails, text_of

PAGE = "/account/keys"


def key_on(page: str) -> str:
    """Return the key that a page shows."""
    found = re.search(r"mp_[0-9a-f]{12}_[\w-]{43}", page)
    assert found, page
    return found[0]


def test_key_is_created_and_shown_once(browser: Visitor, store: Store) -> None:
    assert "No keys yet" in page_text(browser.get(PAGE))

    made = browser.see_secret(
        PAGE,
        name=" Warehouse ",
        store="1003",
        scopes=["read_orders", "read_catalog"],
        password=PASSWORD,
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
    assert split_key(text)[1] not in repr(list(ApiKey.select().dicts()))


def test_key_of_all_stores_is_in_the_audit_log_of_each_store(
    browser: Visitor, merchant: Merchant, store: Store
) -> None:
    make_store(merchant, id=1004)

    browser.post(PAGE, name="ERP", store="all", scopes=["read_health"], password=PASSWORD)

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
        ({"name": "  "}, "Enter a name"),
        ({"name": "x" * 81}, "at most 80"),
        ({"scopes": []}, "Choose at least one"),
        ({"scopes": ["rule_the_world"]}, "not a valid"),
        ({"store": "2004"}, "Not a valid choice"),
        ({"store": "9" * 5_000}, "Not a valid choice"),
        ({"store": ""}, "Not a valid choice"),
        ({"store": []}, "Not a valid choice"),
        ({"password": ""}, "Enter your password."),
        ({"password": "not it"}, "Incorrect password."),
        ({"last_day": "2026-01-01"}, "today or a later day"),
        ({"networks": "203.0.113.0/24\n\nhere"}, "Line 2: enter an IP address"),
        ({"networks": "203.0.113.7/24"}, "by its first address"),
        ({"networks": "0.0.0.0/0"}, "Line 1: this range contains all, reserved"),
        ({"networks": "\n".join(f"10.0.{n}.0/24" for n in range(21))}, "up to 20 networks"),
        ({"networks": " " * 2_000}, "at most 1720 characters"),
    ],
)
def test_invalid_form_is_shown_again_with_its_errors(
    browser: Visitor, store: Store, changes: dict[str, object], problem: str
) -> None:
    make_store(make_merchant(email="eve@example.com"), id=2004)
    options: dict[str, object] = {
        "name": "ERP",
        "store": "all",
        "scopes": ["read_orders"],
        "password": PASSWORD,
    }

    let_confirmations_expire()
    answer = browser.post(PAGE, **options | changes)

    assert answer.status_code == 422
    assert problem in page_text(answer)
    assert not ApiKey.select().exists()


def test_key_is_rotated_and_revoked(browser: Visitor, store: Store) -> None:
    fields = {"name": "ERP", "store": "all", "scopes": ["read_orders"], "password": PASSWORD}
    old = key_on(browser.see_secret(PAGE, **fields).text)
    address = f"{PAGE}/{ApiKey.get().id}"

    assert "create a new key to replace" in page_text(browser.get(f"{address}/rotate"))
    let_confirmations_expire()
    assert browser.post(f"{address}/rotate", password="not it").status_code == 422
    new = key_on(browser.see_secret(f"{address}/rotate", password=PASSWORD).text)
    assert new != old
    assert authenticate_key(old) == authenticate_key(new)
    assert "The previous key works until" in page_text(browser.get(PAGE))

    assert browser.post(f"{address}/revoke").status_code == 303
    assert authenticate_key(old) is authenticate_key(new) is None
    assert "revoked" in page_text(browser.get(PAGE))
    actions = [row.action for row in AuditLogEntry.select().order_by(AuditLogEntry.id)]
    assert actions[1:] == ["api_key.created", "api_key.rotated", "api_key.revoked"]
    assert browser.post(f"{address}/rotate", password=PASSWORD).status_code == 404


@pytest.mark.promise(9)
def test_keys_of_other_merchants_are_a_404(
    stranger: Visitor, merchant: Merchant, store: Store
) -> None:
    made = create_key(merchant, "ERP", ["read_orders"])
    assert made is not None

    assert "ERP" not in stranger.get(PAGE).text
    for action in ("rotate", "suspend", "resume", "revoke"):
        address = f"{PAGE}/{made.key.id}/{action}"
        assert stranger.post(address, password=PASSWORD).status_code == 404


def test_number_of_keys_per_merchant_is_limited(
    browser: Visitor, merchant: Merchant, store: Store
) -> None:
    for number in range(KEYS_PER_CHANNEL):
        create_key(merchant, f"Key {number}", ["read_orders"])

    fields = {"store": "all", "scopes": ["read_orders"], "password": PASSWORD}
    answer = browser.post(PAGE, name="One more", **fields)

    assert answer.status_code == 303
    assert "the limit of API keys" in page_text(browser.get(PAGE))
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
    assert list(dict.fromkeys(listed)) == ["Key 01", *newest]  # the question names it once more


def test_key_with_limits_shows_them(browser: Visitor, store: Store) -> None:
    limits = {"last_day": "2099-12-31", "networks": "2001:DB8::/32\n203.0.113.7\n"}
    fields = {"name": "ERP", "store": "all", "scopes": ["read_orders"], "password": PASSWORD}

    browser.post(PAGE, **fields, **limits)

    key = ApiKey.get()
    assert key.allowed_networks == ["203.0.113.7/32", "2001:db8::/32"]
    assert key.expires_at.date().isoformat() == "2099-12-31"
    shown = page_text(browser.get(PAGE))
    assert "Only from 203.0.113.7/32, 2001:db8::/32" in shown
    assert "Expires" in shown
    entry = AuditLogEntry.get(AuditLogEntry.action == "api_key.created")
    assert entry.after["allowed_networks"] == key.allowed_networks


def test_suspended_key_is_refused_until_it_is_resumed_with_the_password(
    browser: Visitor, merchant: Merchant, store: Store
) -> None:
    made = create_key(merchant, "ERP", ["read_orders"])
    assert made is not None
    address = f"{PAGE}/{made.key.id}"

    browser.post(f"{address}/suspend")

    with pytest.raises(KeyRefusedError, match="key suspended"):
        authenticate_key(made.text)
    assert "suspended" in page_text(browser.get(PAGE))
    assert "will work again" in page_text(browser.get(f"{address}/resume"))
    let_confirmations_expire()
    assert browser.post(f"{address}/resume", password="not it").status_code == 422
    assert browser.post(f"{address}/resume", password=PASSWORD).status_code == 303
    assert authenticate_key(made.text) == made.key
    assert browser.post(f"{address}/resume").status_code == 303
    actions = [row.action for row in AuditLogEntry.select().order_by(AuditLogEntry.id)]
    assert actions[-2:] == ["api_key.suspended", "api_key.resumed"]


def test_owner_gets_an_email_about_the_key_of_a_member(
    browser: Visitor, visitor: Visitor, store: Store, runtime: Runtime
) -> None:
    bob = make_merchant(email="bob@example.com", password_hash=PASSWORD_HASH)
    Membership.create(merchant=bob, store=store, role=Role.MANAGER)
    fields = {"store": "1003", "scopes": ["read_orders"], "password": PASSWORD}
    visitor.force_login(bob)

    for name in ("First", "Second"):
        visitor.post(PAGE, name=name, **fields)
    browser.post(PAGE, name="Own", **fields)

    # The first key comes with a new consent, which has an email of its own.
    first, second, own = (
        email for email in sent_emails(runtime) if email["To"] == "ada@example.com"
    )
    assert "Apps of bob@example.com, a member of your team, can now access" in text_of(first)
    assert "new API key" in str(second["Subject"]).replace("New", "new")
    assert "bob@example.com" not in text_of(own)
    assert "bob@example.com, a member of your team, created an API key." in text_of(second)
    assert "View orders and customers" in text_of(second)
