"""Commands that list and revoke API keys of all merchants."""

from __future__ import annotations

import json

import pytest
from click.testing import Result
from flask import Flask

from portal.models import ApiKey, AuditLogEntry, Merchant, Store
from portal.rules.api_keys.key_scopes import STORE_SCOPES, KeyScope
from portal.services.api_keys.channel_keys import add_key
from portal.services.api_keys.keys import authenticate_key, create_key
from portal.services.channels.consents import grant_consent
from portal.services.runtime import Runtime
from tests.factories import make_channel, make_merchant
from tests.web.emails import sent_emails, text_of


def run(app: Flask, *arguments: str, answer: str = "") -> Result:
    """Run ``flask keys …``."""
    return app.test_cli_runner().invoke(args=["keys", *arguments], input=answer)


@pytest.fixture
def texts(merchant: Merchant, store: Store) -> list[str]:
    """Texts of three keys: for all stores, for one, and of a merchant without stores."""
    eve = make_merchant(email="eve@example.com")
    made = [
        create_key(merchant, "ERP", KeyScope),
        create_key(merchant, "Shop", KeyScope, store),
        create_key(eve, "Test", KeyScope),
    ]
    return [key.text for key in made if key is not None]


def test_keys_are_listed_with_their_merchants_and_never_with_secrets(
    app: Flask, texts: list[str], store: Store
) -> None:
    everything = run(app, "list").stdout
    names = {
        options: [row["name"] for row in json.loads(run(app, "list", "--json", *options).stdout)]
        for options in ((), ("--email", "EVE"), ("--store", str(store.id)))
    }

    assert names == {
        (): ["Test", "Shop", "ERP"],
        ("--email", "EVE"): ["Test"],
        ("--store", str(store.id)): ["Shop"],
    }
    assert "eve@example.com" in everything
    assert not any(text.split("_", 2)[2] in everything for text in texts)


def test_revoked_keys_stop_at_once_and_their_merchants_get_an_email(
    app: Flask, texts: list[str], runtime: Runtime, store: Store
) -> None:
    AuditLogEntry.delete().execute()
    prefixes = [text.split("_")[1] for text in texts]

    declined = run(app, "revoke", prefixes[0], answer="n\n")
    assert authenticate_key(texts[0]) is not None
    done = run(app, "revoke", f"mp_{prefixes[0]}_…", prefixes[2], "unknown", "--yes")
    again = run(app, "revoke", prefixes[0], "--yes")

    assert (declined.exit_code, done.exit_code, again.exit_code) == (1, 3, 1)
    assert [authenticate_key(text) is None for text in texts] == [True, False, True]
    assert "unknown: no valid key has this prefix" in done.stderr
    entries = AuditLogEntry.select().order_by(AuditLogEntry.id)
    assert [(row.store_id, row.target, row.actor_name) for row in entries] == [
        (store.id, f"api_key {prefixes[0]}", "command line"),
        (None, f"api_key {prefixes[2]}", "command line"),
    ]
    emails = sent_emails(runtime)
    assert all("Support revoked one of your API keys" in text_of(email) for email in emails)
    assert len(emails) == 2
    assert ApiKey.select().where(ApiKey.revoked_at.is_null()).count() == 1
    assert len(json.loads(run(app, "list", "--revoked", "--json").stdout)) == 3


def test_many_keys_are_revoked_after_an_incident(
    app: Flask, texts: list[str], runtime: Runtime, store: Store, merchant: Merchant
) -> None:
    market, other = make_channel(), make_channel(name="Other")
    grant_consent(market, store, STORE_SCOPES, merchant)
    of_market = [add_key(each, "Market", KeyScope) for each in (market, market, other)]
    assert None not in of_market

    def left() -> list[str]:
        valid = ApiKey.select().where(ApiKey.revoked_at.is_null()).order_by(ApiKey.id)
        return [key.name for key in valid]

    assert run(app, "revoke-all", "--yes").exit_code == 2
    assert run(app, "revoke-all", "--all", "--store", "1003", "--yes").exit_code == 2
    assert run(app, "revoke-all", "--email", "nobody@example.com", "--yes").exit_code == 1
    declined = run(app, "revoke-all", "--all", answer="n\n")
    assert "Revoke 6 keys?" in declined.stdout
    assert len(left()) == 6
    assert "2 keys revoked" in run(app, "revoke-all", "--store", "1003", "--yes").stdout
    assert left() == ["Test", "Market", "Market", "Market"]
    run(app, "revoke-all", "--channel", str(market.id), "--yes")
    assert left() == ["Test", "Market"]
    run(app, "revoke-all", "--email", "EVE@example.com", "--yes")
    run(app, "revoke-all", "--all", "--yes")

    assert left() == []
    # One for each merchant, and none for the channels.
    recipients = [email["To"] for email in sent_emails(runtime)]
    assert recipients == [merchant.email, "eve@example.com"]
    entries = AuditLogEntry.select().where(AuditLogEntry.action == "api_key.revoked")
    assert {row.target for row in entries} == {f"api_key {key.prefix}" for key in ApiKey.select()}


@pytest.mark.parametrize(("options", "is_old_valid"), [((), True), (("--revoke-old",), False)])
def test_key_is_rotated_by_its_prefix(
    app: Flask, texts: list[str], options: tuple[str, ...], is_old_valid: bool
) -> None:
    prefix = texts[0].split("_")[1]

    done = json.loads(run(app, "rotate", prefix, "--json", *options).stdout)

    assert (authenticate_key(texts[0]) is not None) is is_old_valid
    found = authenticate_key(done["key"])
    assert found is not None
    assert found.prefix == prefix == done["prefix"]
    assert run(app, "rotate", "unknown").exit_code == 1


def test_key_is_added_with_its_networks(app: Flask, runtime: Runtime) -> None:
    channel = make_channel()
    options = ("add", "Feed", "--channel", str(channel.id), "--scope", "read_catalog")

    wrong = run(app, *options, "--network", "203.0.113.7/24")
    made = run(app, *options, "--network", "203.0.113.7")

    assert wrong.exit_code == 1
    assert "203.0.113.0/24, if you mean that" in wrong.stderr
    key = ApiKey.get()
    assert f"{key.shown_prefix}_" in made.stdout
    assert (key.allowed_networks, key.maker) == (["203.0.113.7/32"], "command line")
    assert [email["To"] for email in sent_emails(runtime)] == [channel.contact_email]
