"""Links outlive a change of the secret key for as long as the old key is listed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from peewee import Database

from portal.models import Onboarding
from portal.paths import ROOT
from portal.services.accounts.change_password import merchant_by_reset_token, reset_token_for
from portal.services.accounts.sign_up import email_from_token, sign_up_token
from portal.services.connection.connect_link_tokens import (
    link_token,
    onboarding_by_stop_token,
    onboarding_by_token,
    stop_token,
)
from tests.factories import make_merchant

Keys = tuple[str, ...]
OLD, ROTATING, NEW = ("old-key",), ("new-key", "old-key"), ("new-key",)


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """URL of an SQLite database; no SQL differs."""
    return sqlite_database_url


# Each kind of link: a function that makes its token, and one that returns what the token opens.
KINDS: dict[str, tuple[Callable[[Keys], str | None], Callable[[Keys, str], object]]] = {
    "password reset": (
        lambda keys: reset_token_for(keys, make_merchant().email),
        merchant_by_reset_token,
    ),
    "sign-up": (lambda keys: sign_up_token(keys, "new@example.com"), email_from_token),
    "connect link": (lambda keys: link_token(keys, Onboarding.create()), onboarding_by_token),
    "stop of reminders": (
        lambda keys: stop_token(keys, Onboarding.create()),
        onboarding_by_stop_token,
    ),
}


# Modules that sign something; the last one is tested in tests/web/test_secret_keys.py.
SIGNERS = {
    "services/accounts/change_password.py",
    "services/accounts/sign_up.py",
    "services/connection/connect_link_tokens.py",
    "web/known_browsers.py",
}


def modules_with(text: str) -> set[str]:
    """Return the modules of the portal, without the sandbox, whose source contains ``text``."""
    portal = ROOT / "portal"
    return {
        str(path.relative_to(portal))
        for path in portal.rglob("*.py")
        if text in path.read_text() and "sandbox" not in path.parts
    }


def test_everything_that_is_signed_is_tested_here() -> None:
    own = "services/signed_links.py"

    assert modules_with("link_signer(") - {own} == SIGNERS
    assert modules_with("Serializer(") == {own}


@pytest.mark.parametrize("kind", KINDS)
def test_link_works_until_the_key_that_signed_it_is_removed(database: Database, kind: str) -> None:
    make, opened = KINDS[kind]
    token = make(OLD)

    assert token
    assert opened(OLD, token)
    assert opened(ROTATING, token)
    assert opened(NEW, token) is None


@pytest.mark.parametrize("kind", KINDS)
def test_first_key_signs(database: Database, kind: str) -> None:
    make, opened = KINDS[kind]
    token = make(ROTATING)

    assert token
    assert opened(NEW, token)
    assert opened(OLD, token) is None
