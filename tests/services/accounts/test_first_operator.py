"""FIRST_OPERATOR_EMAIL makes the first operator of a portal, once."""

from __future__ import annotations

from dataclasses import replace
from threading import Barrier, Thread

import pytest

from portal.errors import SettingsError
from portal.models import AuditLogEntry, Merchant
from portal.rules.accounts.operator_roles import OperatorRole
from portal.services.accounts.change_password import change_password, merchant_by_reset_token
from portal.services.accounts.first_operator import make_first_operator
from portal.services.accounts.operators import set_operator_role
from portal.services.runtime import Runtime
from tests.factories import make_merchant
from tests.web.emails import link_from, sent_emails, text_of

EMAIL = "root@example.com"


@pytest.fixture
def runtime(runtime: Runtime) -> Runtime:
    """Runtime of a new portal with the setting."""
    return replace(
        runtime, settings=replace(runtime.settings, first_operator_email="Root@Example.com")
    )


def test_account_is_created_with_a_link_to_set_its_password(runtime: Runtime) -> None:
    made = make_first_operator(runtime)

    assert made is not None
    assert (made.email, made.is_admin, made.verified_at) == (EMAIL, True, None)
    [entry] = AuditLogEntry.select()
    assert (entry.actor_name, entry.action) == ("command line", "account.made_admin")
    [email] = sent_emails(runtime)
    token = link_from(email).removeprefix("/reset/")
    owner = merchant_by_reset_token(runtime.settings.secret_keys, token)
    assert owner == made
    assert change_password(owner, "a few good words", by_link=True)
    assert Merchant.get().verified_at is not None


def test_existing_account_becomes_admin_and_keeps_its_password(runtime: Runtime) -> None:
    known = make_merchant(email=EMAIL)

    assert make_first_operator(runtime) == known

    assert Merchant.get().is_admin
    assert Merchant.get().password_hash == known.password_hash
    assert "now an admin" in text_of(sent_emails(runtime)[0])


def test_nothing_happens_once_an_operator_exists_or_without_the_setting(runtime: Runtime) -> None:
    unset = replace(runtime, settings=replace(runtime.settings, first_operator_email=""))
    assert make_first_operator(unset) is None

    make_merchant(email="op@example.com", operator_role=OperatorRole.SUPPORT)

    assert make_first_operator(runtime) is None
    assert Merchant.with_email(EMAIL) is None
    assert sent_emails(runtime) == []


def test_removed_operator_is_not_made_again_while_another_one_exists(runtime: Runtime) -> None:
    first = make_first_operator(runtime)
    assert first is not None
    make_merchant(email="op@example.com", operator_role=OperatorRole.ADMIN)
    set_operator_role(runtime, first, None)

    assert make_first_operator(runtime) is None


@pytest.mark.parametrize("has_account", [False, True])
def test_two_processes_at_the_same_time_make_one_operator(
    runtime: Runtime, *, has_account: bool
) -> None:
    if has_account:
        make_merchant(email=EMAIL)
    start, made = Barrier(2), []

    def begin() -> None:
        with runtime.database.connection_context():
            start.wait(10)
            made.append(make_first_operator(runtime))

    threads = [Thread(target=begin) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert [operator for operator in made if operator] == [Merchant.get()]
    assert len(made) == 2
    assert AuditLogEntry.select().count() == len(sent_emails(runtime)) == 1


def test_address_that_cannot_exist_is_reported(runtime: Runtime) -> None:
    wrong = replace(runtime, settings=replace(runtime.settings, first_operator_email="a@b@c"))

    with pytest.raises(SettingsError, match="FIRST_OPERATOR_EMAIL is 'a@b@c'"):
        make_first_operator(wrong)
