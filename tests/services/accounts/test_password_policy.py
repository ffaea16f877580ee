"""New passwords are compared with the list of common ones and with the account's data."""

from __future__ import annotations

import pytest

from portal.errors import PasswordRefusedError
from portal.models import Merchant, Store
from portal.rules.accounts.new_passwords import PasswordRefusal
from portal.services.accounts.change_password import change_password
from portal.services.accounts.password_policy import check_new_password, own_texts_of
from portal.services.accounts.sign_up import sign_up

GOOD = "a few good words"


@pytest.mark.parametrize(
    "password",
    ["1234567890", "qwertyuiop", "password123", "iloveyou2026", "Liverpool1892", "marketplace!1"],
)
def test_common_passwords_are_in_the_list(password: str) -> None:
    with pytest.raises(PasswordRefusedError) as refused:
        check_new_password(password, ())

    assert refused.value.reason == PasswordRefusal.COMMON
    assert password not in str(refused.value)


@pytest.mark.parametrize("password", [GOOD, "correct horse battery", "irs6yLheJm14KGPpVhLk"])
def test_words_and_random_passwords_are_accepted(password: str) -> None:
    check_new_password(password, ("ada@example.com",))


def test_no_service_sets_a_password_that_is_easy_to_guess(merchant: Merchant, store: Store) -> None:
    with pytest.raises(PasswordRefusedError):
        sign_up("eve@shop.example", "eve-shop-2026")
    with pytest.raises(PasswordRefusedError):
        sign_up("eve@shop.example", "the pottery 1", store_name="The Pottery")
    with pytest.raises(PasswordRefusedError):
        change_password(merchant, f"{store.name}2026")

    assert own_texts_of(merchant) == [merchant.email, store.name]
    assert Merchant.select().count() == 1
    assert Merchant.get().password_hash == merchant.password_hash
