"""Every change of credentials ends other sessions, half sign-ins and links, and writes an email."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import pyotp
import pytest
from flask import Flask

from portal.models import AuditLogEntry, EmailChange, Merchant
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.accounts.operator_roles import OperatorRole
from portal.services.accounts.change_email import request_email_change
from portal.services.accounts.change_password import reset_token_for
from portal.services.accounts.second_factor import pending_secret
from portal.services.runtime import Runtime
from tests.factories import make_factor, make_merchant, make_passkey
from tests.passkeys import Authenticator
from tests.web.conftest import PASSWORD, Visitor
from tests.web.emails import sent_emails, text_of

NEW_EMAIL = "ada@new.example"
NEW_PASSWORD = "correct horse battery"


@dataclass
class Scene:
    """A merchant's browser, and what somebody else has begun in the merchant's account."""

    app: Flask
    runtime: Runtime
    merchant: Merchant
    browser: Visitor
    reset_path: str
    new_token: str
    old_token: str

    def as_admin(self, action: str) -> None:
        """Let an admin change the account on its page."""
        admin = make_merchant(email="root@example.com", operator_role=OperatorRole.ADMIN)
        Visitor(self.app).force_login(admin).post(f"/operator/users/{self.merchant.id}/{action}")

    def run(self, *arguments: str) -> None:
        """Run an operator's command."""
        result = self.app.test_cli_runner().invoke(args=["users", *arguments])
        assert result.exit_code == 0, result.output

    def add_passkey(self) -> None:
        """Add a passkey on its page."""
        page, device = "/account/passkeys", Authenticator(self.runtime.settings.portal_url)
        answer = device.create(self.browser.post(f"{page}/options").json or {})
        self.browser.post(page, name="Phone", passkey=json.dumps(answer))

    def remove_passkey(self) -> None:
        """Remove a passkey on its page."""
        self.browser.post(f"/account/passkeys/{make_passkey(self.merchant).id}/remove")

    def turn_factor_on(self) -> None:
        """Set the second factor up on its page."""
        self.browser.post("/account/second-factor")
        secret = pending_secret(self.runtime.sealer, self.merchant)
        assert secret is not None
        code = pyotp.TOTP(secret).now()
        self.browser.post("/account/second-factor/confirm", code=code)


@dataclass(frozen=True)
class Change:
    """A change of credentials: how it is made, its audit action, and words of its email.

    ``keeps`` is whether the browser stays signed in that makes the change.
    """

    make: Callable[[Scene], object]
    action: AuditAction
    email: str
    keeps: bool = True
    has_factor: bool = True


CHANGES: dict[str, Change] = {
    "password": Change(
        lambda scene: scene.browser.post("/account/password", new_password=NEW_PASSWORD),
        AuditAction.PASSWORD_CHANGED,
        "Your password",
    ),
    "password by a link": Change(
        lambda scene: Visitor(scene.app).post(scene.reset_path, password=NEW_PASSWORD),
        AuditAction.PASSWORD_CHANGED,
        "Your password",
        keeps=False,
    ),
    "factor on": Change(
        Scene.turn_factor_on, AuditAction.SECOND_FACTOR_ON, "was turned on", has_factor=False
    ),
    "factor off": Change(
        lambda scene: scene.browser.post("/account/second-factor/off"),
        AuditAction.SECOND_FACTOR_OFF,
        "was turned off",
    ),
    "recovery codes": Change(
        lambda scene: scene.browser.post("/account/second-factor/codes"),
        AuditAction.SECOND_FACTOR_CODES_RENEWED,
        "New recovery codes",
    ),
    "passkey added": Change(
        Scene.add_passkey, AuditAction.PASSKEY_ADDED, "A passkey was added", has_factor=False
    ),
    "passkey removed": Change(
        Scene.remove_passkey, AuditAction.PASSKEY_REMOVED, "A passkey was removed"
    ),
    "address": Change(
        lambda scene: [
            scene.browser.post(f"/account/email/{token}")
            for token in (scene.old_token, scene.new_token)
        ],
        AuditAction.EMAIL_CHANGED,
        "email address of your account",
    ),
    "factor reset by an admin": Change(
        lambda scene: scene.as_admin("reset-factor"),
        AuditAction.ACCOUNT_FACTOR_RESET,
        "turned off two-step verification",
        keeps=False,
    ),
    "factor reset by a command": Change(
        lambda scene: scene.run("reset-factor", scene.merchant.email),
        AuditAction.ACCOUNT_FACTOR_RESET,
        "turned off two-step verification",
        keeps=False,
    ),
    "sessions ended by an admin": Change(
        lambda scene: scene.as_admin("end-sessions"),
        AuditAction.ACCOUNT_SESSIONS_ENDED,
        "signed you out",
        keeps=False,
    ),
    "sessions ended by a command": Change(
        lambda scene: scene.run("end-sessions", scene.merchant.email),
        AuditAction.ACCOUNT_SESSIONS_ENDED,
        "signed you out",
        keeps=False,
    ),
    "lock": Change(
        lambda scene: scene.as_admin("lock"),
        AuditAction.ACCOUNT_LOCKED,
        "locked your account",
        keeps=False,
    ),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_change_ends_all_that_began_before_it(
    app: Flask, runtime: Runtime, merchant: Merchant, kind: str
) -> None:
    change = CHANGES[kind]
    if change.has_factor:
        make_factor(merchant)
    browser, phone = Visitor(app).force_login(merchant), Visitor(app).force_login(merchant)
    halfway = Visitor(app)
    if change.has_factor:
        halfway.post("/login", email=merchant.email, password=PASSWORD)
        assert halfway.get("/login/code").status_code == 200
    asked = request_email_change(merchant, NEW_EMAIL)
    reset_path = f"/reset/{reset_token_for(runtime.settings.secret_keys, merchant.email)}"
    scene = Scene(app, runtime, merchant, browser, reset_path, asked.new_token, asked.old_token)

    change.make(scene)

    assert AuditLogEntry.select().where(AuditLogEntry.action == change.action).count() == 1
    assert change.email in text_of(sent_emails(runtime)[-1])
    assert browser.get("/account").status_code == (200 if change.keeps else 303)
    assert phone.get("/account").status_code == 303
    assert halfway.get("/login/code").location == "/login"
    assert Visitor(app).get(reset_path).status_code == 410
    assert Visitor(app).get(f"/account/email/{asked.old_token}").status_code == 410
    assert EmailChange.select().count() == 0
