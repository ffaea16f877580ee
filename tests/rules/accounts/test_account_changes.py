"""Every change that operators make to an account has a text for its email and for its refusal."""

from __future__ import annotations

import pytest

from portal.email import render_email
from portal.portal_brand import PortalBrand
from portal.rules.accounts.account_changes import AccountChange, role_change
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.accounts.operator_roles import OperatorRole
from portal.rules.accounts.user_refusals import USER_REFUSALS, UserRefusal


@pytest.mark.parametrize("change", AccountChange)
def test_email_about_each_change_says_that_the_marketplace_made_it(change: AccountChange) -> None:
    email = render_email(
        "account_changed",
        brand=PortalBrand("Market", "https://p.example"),
        what=change,
        link="https://p.example/l",
    )

    assert "choose a new password now" not in email.text
    assert "contact support" in " ".join(email.text.split())


@pytest.mark.parametrize("change", AccountChange)
def test_each_change_has_an_action_in_the_audit_log(change: AccountChange) -> None:
    assert AuditAction(change)


@pytest.mark.parametrize(
    ("role", "change"),
    [
        (OperatorRole.ADMIN, AccountChange.MADE_ADMIN),
        (OperatorRole.SUPPORT, AccountChange.MADE_SUPPORT),
        (None, AccountChange.REMOVED_OPERATOR),
    ],
)
def test_change_is_named_after_the_new_role(
    role: OperatorRole | None, change: AccountChange
) -> None:
    assert role_change(role) is change


def test_every_refusal_has_a_text() -> None:
    assert set(USER_REFUSALS) == set(UserRefusal)
