"""Commands that list the consents of stores to channels, and end them."""

from __future__ import annotations

import json

from click.testing import Result
from flask import Flask

from portal.models import ChannelConsent, Merchant, Store
from portal.rules.api_keys.key_scopes import KeyScope
from portal.services.channels.consents import grant_consent
from portal.services.runtime import Runtime
from tests.factories import make_channel
from tests.web.emails import sent_emails, text_of


def run(app: Flask, *arguments: str) -> Result:
    """Run ``flask channels …``."""
    return app.test_cli_runner().invoke(args=["channels", *arguments])


def test_operator_ends_the_access_to_a_store_and_its_owner_gets_an_email(
    app: Flask, runtime: Runtime, store: Store, merchant: Merchant
) -> None:
    channel = make_channel()
    grant_consent(channel, store, [KeyScope.READ_CATALOG], merchant)
    number = str(channel.id)

    done = run(app, "revoke", number, "1003", "999")
    again = run(app, "revoke", number, "1003")

    assert (done.exit_code, again.exit_code) == (3, 1)
    assert "never consented" in done.stderr
    assert "has ended" in again.stderr
    assert ChannelConsent.get().status == "revoked"
    assert "can no longer access your stores" in text_of(sent_emails(runtime)[0])
    for options in (("--channel", number), ("--store", "1003")):
        rows = json.loads(run(app, "consents", *options, "--json").stdout)
        assert [(row["store_id"], row["status"]) for row in rows] == [(1003, "revoked")]
    assert run(app, "consents", "--store", "4").stdout == "no consent matches\n"
