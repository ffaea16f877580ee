"""Changes of an e-mail address need both confirmations; either address can refuse."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.models import EmailChange, Merchant, utc_now
from portal.services.accounts.change_email import (
    EmailChangeStatus,
    EmailSide,
    RequestedChange,
    cancel_email_change,
    confirm_email_change,
    email_change_by_token,
    pending_email_change,
    request_email_change,
)
from tests.factories import make_merchant

NEW = "ada@new.example"


@pytest.fixture
def asked(merchant: Merchant) -> RequestedChange:
    """A change without confirmations."""
    return request_email_change(merchant, NEW)


def email_of(merchant: Merchant) -> str:
    return str(Merchant.get_by_id(merchant.id).email)


def confirm(token: str) -> EmailChangeStatus:
    found = email_change_by_token(token)
    assert found is not None
    return confirm_email_change(*found)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_second_confirmation_changes_the_address(
    asked: RequestedChange, merchant: Merchant, order: tuple[int, int]
) -> None:
    tokens = [asked.old_token, asked.new_token]
    first, second = (tokens[place] for place in order)

    assert confirm(first) is EmailChangeStatus.WAITS
    assert confirm(first) is EmailChangeStatus.WAITS
    assert email_of(merchant) == "ada@example.com"
    assert confirm(second) is EmailChangeStatus.DONE

    assert email_of(merchant) == NEW
    assert (
        email_change_by_token(first)
        is email_change_by_token(second)
        is pending_email_change(merchant)
        is None
    )


def test_each_token_belongs_to_its_own_address(asked: RequestedChange) -> None:
    old, new = email_change_by_token(asked.old_token), email_change_by_token(asked.new_token)

    assert old is not None
    assert new is not None
    assert (old[1], new[1]) == (EmailSide.OLD, EmailSide.NEW)
    assert email_change_by_token("nonsense") is None


def test_change_expires_is_replaced_and_is_refused(
    asked: RequestedChange, merchant: Merchant
) -> None:
    newer = request_email_change(merchant, "ada@newer.example")
    assert email_change_by_token(asked.old_token) is None

    EmailChange.update(expires_at=utc_now() - timedelta(seconds=1)).execute()
    assert email_change_by_token(newer.old_token) is pending_email_change(merchant) is None

    newest = request_email_change(merchant, NEW)
    cancel_email_change(newest.change)
    assert email_change_by_token(newest.new_token) is None
    assert confirm_email_change(newest.change, EmailSide.OLD) is EmailChangeStatus.GONE
    assert email_of(merchant) == "ada@example.com"


def test_address_taken_by_another_account_is_not_assigned(
    asked: RequestedChange, merchant: Merchant
) -> None:
    make_merchant(email=NEW)
    confirm(asked.old_token)

    assert confirm(asked.new_token) is EmailChangeStatus.TAKEN
    assert email_of(merchant) == "ada@example.com"
    assert pending_email_change(merchant) is None
    assert not request_email_change(merchant, NEW).is_free
