"""An address changes once both ends have confirmed it, and one end alone can refuse."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.models import EmailChange, Merchant, utc_now
from portal.services.accounts.change_email import (
    Asked,
    End,
    Progress,
    ask_change,
    change_of,
    change_with,
    confirm_change,
    refuse_change,
)
from tests.factories import make_merchant

NEW = "ada@new.example"


@pytest.fixture
def asked(merchant: Merchant) -> Asked:
    """A change that nobody has confirmed yet."""
    return ask_change(merchant, NEW)


def email_of(merchant: Merchant) -> str:
    return str(Merchant.get_by_id(merchant.id).email)


def confirm(token: str) -> Progress:
    found = change_with(token)
    assert found is not None
    return confirm_change(*found)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_second_confirmation_changes_the_address(
    asked: Asked, merchant: Merchant, order: tuple[int, int]
) -> None:
    tokens = [asked.old_token, asked.new_token]
    first, second = (tokens[place] for place in order)

    assert confirm(first) is Progress.WAITS
    assert confirm(first) is Progress.WAITS
    assert email_of(merchant) == "ada@example.com"
    assert confirm(second) is Progress.DONE

    assert email_of(merchant) == NEW
    assert change_with(first) is change_with(second) is change_of(merchant) is None


def test_each_letter_speaks_for_its_own_end(asked: Asked) -> None:
    old, new = change_with(asked.old_token), change_with(asked.new_token)

    assert old is not None
    assert new is not None
    assert (old[1], new[1]) == (End.OLD, End.NEW)
    assert change_with("nonsense") is None


def test_a_change_lapses_is_replaced_and_is_refused(asked: Asked, merchant: Merchant) -> None:
    newer = ask_change(merchant, "ada@newer.example")
    assert change_with(asked.old_token) is None

    EmailChange.update(expires_at=utc_now() - timedelta(seconds=1)).execute()
    assert change_with(newer.old_token) is change_of(merchant) is None

    newest = ask_change(merchant, NEW)
    refuse_change(newest.change)
    assert change_with(newest.new_token) is None
    assert confirm_change(newest.change, End.OLD) is Progress.GONE
    assert email_of(merchant) == "ada@example.com"


def test_an_address_that_was_taken_meanwhile_is_not_taken_twice(
    asked: Asked, merchant: Merchant
) -> None:
    make_merchant(email=NEW)
    confirm(asked.old_token)

    assert confirm(asked.new_token) is Progress.TAKEN
    assert email_of(merchant) == "ada@example.com"
    assert change_of(merchant) is None
    assert not ask_change(merchant, NEW).is_free
