"""Commands that end sign-in sessions after an incident."""

from __future__ import annotations

from click.testing import Result
from flask import Flask

from portal.models import AuditLogEntry, BrowserSession, Merchant
from portal.services.accounts.browser_sessions import open_browser_session
from tests.factories import make_merchant


def run(app: Flask, *arguments: str, answer: str = "") -> Result:
    """Run ``flask sessions …``."""
    return app.test_cli_runner().invoke(args=["sessions", *arguments], input=answer)


def test_everybody_or_one_account_is_signed_out(app: Flask, merchant: Merchant) -> None:
    for person in (merchant, merchant, make_merchant(email="eve@example.com")):
        open_browser_session(person, ip_address="", user_agent="")

    declined = run(app, "end-all", answer="n\n")
    assert (declined.exit_code, BrowserSession.select().count()) == (1, 3)
    assert "1 sessions ended" in run(app, "end-all", "--email", "eve@example.com").stdout
    assert run(app, "end-all", "--email", "nobody@example.com").exit_code == 1
    assert "2 sessions ended" in run(app, "end-all", "--yes").stdout

    assert BrowserSession.select().count() == 0
    last = AuditLogEntry.select().order_by(AuditLogEntry.id.desc()).get()
    assert (last.action, last.target) == ("account.sessions_ended", "all accounts")
    assert (last.actor_name, last.after) == ("command line", {"sessions_ended": 2})
