"""Commands that manage the operator's channels and their keys."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from portal.errors import KeyRefusedError
from portal.models import (
    AuditLogEntry,
    Channel,
    ChannelSelection,
    Merchant,
    Store,
)
from portal.rules.api_keys.key_scopes import KeyScope
from portal.services.api_keys.keys import authenticate_key, create_key
from tests.factories import make_selection, make_store

NEW = ("add", "Sports Market", "--email", "API@sports.example", "--scope", "read_catalog")


def run(app: Flask, *arguments: str, group: str = "channels", answer: str = "") -> Result:
    """Run ``flask channels …``, or a command of another group."""
    return app.test_cli_runner().invoke(args=[group, *arguments], input=answer)


def printed(result: Result) -> Any:
    """Return the JSON object that a command printed, without the logs of the test before it."""
    return json.loads(result.stdout[result.stdout.index("{") :])


@pytest.fixture
def channel(app: Flask, store: Store) -> Channel:
    """A channel made by the command."""
    made = run(app, *NEW, "--return-url", "https://sports.example/back", "--json")
    assert printed(made)["contact_email"] == "api@sports.example"
    return Channel.get()


def test_channels_are_listed_paused_resumed_and_closed(
    app: Flask, channel: Channel, merchant: Merchant
) -> None:
    create_key(merchant, "ERP", [KeyScope.READ_CATALOG])
    number = str(channel.id)

    listed = json.loads(run(app, "list", "--json").stdout)
    everything = json.loads(run(app, "list", "--all", "--json").stdout)
    assert [row["name"] for row in listed] == ["Sports Market"]
    assert [row["kind"] for row in everything] == ["own", "marketplace"]
    assert run(app, "pause", number).exit_code == 0
    again = run(app, "pause", number)
    assert (again.exit_code, "is paused" in again.stderr) == (1, True)
    assert run(app, "resume", number).exit_code == 0
    assert run(app, "close", number, answer="n\n").exit_code == 1
    assert run(app, "close", number, "--yes").exit_code == 0
    assert run(app, "resume", number).exit_code == 1
    assert json.loads(run(app, "show", number, "--json").stdout)["status"] == "closed"
    late = run(app, "add", "Late", "--channel", number, "--scope", "read_catalog", group="keys")
    assert (late.exit_code, "is closed" in late.stderr) == (1, True)
    assert run(app, "show", "999").exit_code == 1
    entries = AuditLogEntry.select().where(AuditLogEntry.store.is_null())
    actions = [row.action for row in entries.order_by(AuditLogEntry.id)]
    assert actions == ["channel.added", "channel.stopped", "channel.activated", "channel.closed"]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (("--email", "nobody"), "@"),
        (("--return-url", "http://sports.example"), "return_urls must be https URLs"),
        (("--logo", "logo.png"), "logo_url must be an https URL"),
        (("--return-url", "https://a.example") * 21, "at most 20 URLs"),
    ],
)
def test_invalid_channel_is_refused(app: Flask, options: tuple[str, ...], problem: str) -> None:
    refused = run(app, *NEW, *options)

    assert refused.exit_code == 2
    assert problem in refused.stderr
    assert run(app, "add", " ", *NEW[2:]).exit_code == 2
    assert not Channel.select().exists()


def test_key_of_a_channel_works_while_the_channel_is_active(app: Flask, channel: Channel) -> None:
    made = run(
        app, "add", "Live", "--channel", str(channel.id), "--scope", "manage_links", "--json",
        group="keys",
    )  # fmt: skip
    text = printed(made)["key"]

    key = authenticate_key(text)
    assert key is not None
    assert (key.channel, key.merchant, key.mode) == (channel, None, "live")
    run(app, "pause", str(channel.id))
    assert authenticate_key(text) is None
    listed = json.loads(run(app, "list", "--json", group="keys").stdout)
    assert [(row["channel"], row["merchant"]) for row in listed] == [("Sports Market", None)]
    assert run(app, "revoke", text.split("_")[1], "--yes", group="keys").exit_code == 0


def test_expired_key_is_refused(app: Flask, channel: Channel) -> None:
    made = run(
        app, "add", "Old", "--channel", str(channel.id), "--scope", "read_catalog",
        "--mode", "test", "--expires", "2026-01-01", "--json",
        group="keys",
    )  # fmt: skip

    assert printed(made)["mode"] == "test"
    with pytest.raises(KeyRefusedError, match="key expired"):
        authenticate_key(printed(made)["key"])


def test_alerts_by_email_are_turned_on_and_off(app: Flask, channel: Channel) -> None:
    number = str(channel.id)

    assert "emails are on" in run(app, "alerts", number, "--on").stdout
    assert printed(run(app, "show", number, "--json"))["alert_emails"] is True
    assert run(app, "alerts", number, "--off").exit_code == 0
    assert Channel.get().alert_emails is False
    assert run(app, "alerts", number).exit_code == 2
    run(app, "close", number, "--yes")
    refused = run(app, "alerts", number, "--on")
    assert (refused.exit_code, "is closed" in refused.stderr) == (1, True)
    changes = AuditLogEntry.select().where(AuditLogEntry.action == "channel.changed")
    assert [entry.after for entry in changes.order_by(AuditLogEntry.id)] == [
        {"alert_emails": True},
        {"alert_emails": False},
    ]


def test_rules_decide_what_the_channel_can_sell(app: Flask, channel: Channel) -> None:
    number = str(channel.id)
    make_selection(make_store(id=2002), channel=channel)
    as_made = printed(run(app, "rules", number, "--json"))

    changed = run(app, "rules", number, "--ignore", "no_image", "--option-type", "SELECT", "--json")

    rules = {"ignored_reasons": ["no_image"], "option_types": ["SELECT"]}
    assert printed(changed) == rules
    assert printed(run(app, "rules", number, "--json")) == rules
    assert ChannelSelection.get().due_at is not None
    assert AuditLogEntry.get(action="channel.rules_changed").after == rules
    assert printed(run(app, "rules", number, "--default", "--json")) == as_made
    assert run(app, "rules", number, "--ignore", "out_of_stock").exit_code == 2
    assert run(app, "rules", number, "--default", "--ignore", "no_image").exit_code == 2
