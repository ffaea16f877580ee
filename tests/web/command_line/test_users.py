"""Commands that manage accounts and operators."""

from __future__ import annotations

import json

import pyotp
import pytest
from click.testing import Result
from flask import Flask

from portal.models import AuditLogEntry, Merchant, Store
from portal.rules.accounts.sign_in_throttle import Origin
from portal.services.accounts.browser_sessions import open_browser_session
from portal.services.accounts.passwords import check_password
from portal.services.accounts.second_factor import begin_factor, confirm_factor, pending_secret
from portal.services.runtime import Runtime
from portal.services.sign_in_throttle import PASSWORD
from tests.factories import make_merchant
from tests.web.emails import sent_emails, text_of


def run(app: Flask, *arguments: str) -> Result:
    """Run ``flask users …``."""
    return app.test_cli_runner().invoke(args=["users", *arguments])


def test_account_is_added_with_a_first_password(app: Flask, runtime: Runtime) -> None:
    result = run(app, "add", "Bob@Example.com")

    password = result.output.split()[-1]
    merchant = Merchant.with_email("bob@example.com")
    assert result.exit_code == 0
    assert merchant is not None
    assert check_password(merchant.password_hash, password)
    [email] = sent_emails(runtime)
    assert "created an account for you" in text_of(email)
    assert password not in text_of(email)
    assert AuditLogEntry.get().action == "account.added"


@pytest.mark.parametrize(
    ("email", "problem"),
    [("ada@example.com", "has an account already"), ("nonsense", "@-sign")],
)
def test_account_that_cannot_be_added_is_an_error(
    app: Flask, merchant: Merchant, email: str, problem: str
) -> None:
    result = run(app, "add", email)

    assert (result.exit_code, result.stdout) == (1, "")
    assert problem in result.stderr


def test_first_operator_becomes_admin_and_the_next_one_support(
    app: Flask, merchant: Merchant
) -> None:
    make_merchant(email="bob@example.com")

    lines = [
        run(app, "make-operator", *arguments).output.splitlines()[-1]
        for arguments in (
            ("ADA@example.com",),
            ("bob@example.com",),
            ("bob@example.com", "--role", "support"),
            ("bob@example.com", "--role", "admin"),
        )
    ]

    assert lines == [
        "ada@example.com has the role admin now",
        "bob@example.com has the role support now",
        "bob@example.com has the role support already",
        "bob@example.com has the role admin now",
    ]
    assert {entry.actor_name for entry in AuditLogEntry.select()} == {"command line"}


def test_last_admin_is_removed_or_locked_only_by_force(app: Flask, merchant: Merchant) -> None:
    run(app, "make-operator", merchant.email)

    refused = [run(app, name, merchant.email) for name in ("remove-operator", "lock")]
    locked = run(app, "lock", merchant.email, "--force")
    removed = run(app, "remove-operator", merchant.email, "--force")
    again = run(app, "remove-operator", merchant.email)

    assert {result.exit_code for result in refused} == {1}
    assert all("Make someone else an admin first" in result.stderr for result in refused)
    assert "ada@example.com is locked\n" in locked.output
    assert "ada@example.com is no longer an operator\n" in removed.output
    assert again.output == "ada@example.com is not an operator\n"


def test_account_is_locked_unlocked_and_signed_out(app: Flask, merchant: Merchant) -> None:
    open_browser_session(merchant, ip_address="", user_agent="")

    lines = [
        run(app, name, merchant.email).output.splitlines()[-1]
        for name in ("end-sessions", "lock", "lock", "unlock", "unlock")
    ]

    assert lines == [
        "ada@example.com: 1 sessions ended",
        "ada@example.com is locked",
        "ada@example.com is locked already",
        "ada@example.com is unlocked",
        "ada@example.com is not locked",
    ]


def test_lost_second_factor_is_reset(app: Flask, merchant: Merchant, runtime: Runtime) -> None:
    begin_factor(runtime.sealer, merchant)
    secret = pending_secret(runtime.sealer, merchant)
    assert secret is not None
    assert confirm_factor(runtime.sealer, merchant, pyotp.TOTP(secret).now())

    assert "the second factor is off" in run(app, "reset-factor", "ADA@example.com").output
    assert "there was no second factor" in run(app, "reset-factor", merchant.email).output


def test_account_that_has_to_wait_is_let_in(
    app: Flask, merchant: Merchant, runtime: Runtime
) -> None:
    runtime.sign_in_throttle.begin(PASSWORD, merchant.email, Origin("203.0.113.0/24"))

    lines = [run(app, "reset-sign-in-limit", "ADA@example.com").output for _ in range(2)]

    assert "ada@example.com can sign in without a wait" in lines[0]
    assert "ada@example.com had no wrong passwords lately" in lines[1]
    entry = AuditLogEntry.get()
    assert (entry.action, entry.actor_name) == ("account.sign_in_limit_reset", "command line")


def test_accounts_are_listed_and_shown_as_table_and_json(
    app: Flask, merchant: Merchant, store: Store
) -> None:
    for number in range(30):
        make_merchant(email=f"user-{number}@example.com")

    table = run(app, "list", "--limit", "2")
    found = json.loads(run(app, "list", "--json", "--limit", "30", "--email", "USER").stdout)
    shown = json.loads(run(app, "show", merchant.email, "--json").stdout)

    assert [line.split() for line in table.stdout.splitlines()] == [
        ["email", "role", "locked", "second", "factor", "stores", "last", "seen", "at"],
        ["user-29@example.com", "merchant", "no", "no", "0", "-"],
        ["user-28@example.com", "merchant", "no", "no", "0", "-"],
    ]
    assert "use --limit" in table.stderr
    assert len({user["email"] for user in found}) == 30
    assert shown["stores"] == [store.id]
    assert f"[{store.id}]" in run(app, "show", merchant.email).stdout
    assert run(app, "list", "--role", "operators").stdout == "no account matches\n"
    assert run(app, "list", "--role", "operators", "--json").stdout == "[]\n"


@pytest.mark.parametrize(
    "name",
    [
        "show",
        "make-operator",
        "remove-operator",
        "lock",
        "unlock",
        "end-sessions",
        "reset-factor",
        "reset-sign-in-limit",
    ],
)
def test_unknown_account_is_an_error(app: Flask, runtime: Runtime, name: str) -> None:
    result = run(app, name, "nobody@example.com")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "nobody@example.com has no account; `users add nobody@example.com`" in result.stderr


def test_wrong_usage_has_an_exit_code_of_its_own(app: Flask, runtime: Runtime) -> None:
    assert run(app, "make-operator").exit_code == 2
    assert run(app, "make-operator", "a@b.example", "--role", "boss").exit_code == 2
