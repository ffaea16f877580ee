"""App codes and recovery codes work once each, and the database reveals neither."""

from __future__ import annotations

from collections.abc import Sequence

import pyotp
import pytest

from portal.models import Merchant, RecoveryCode, SecondFactor, utc_now
from portal.sealing import Sealer, new_key
from portal.services.accounts.second_factor import (
    CODES,
    begin_factor,
    confirm_factor,
    drop_factor,
    factor_of,
    has_second_factor,
    pending_secret,
    provisioning_uri,
    remaining_codes,
    renew_codes,
    turn_off_factor,
    verify_code,
)
from portal.services.runtime import Runtime
from tests.factories import make_passkey
from tests.sealed import open_secret


@pytest.fixture
def sealer(runtime: Runtime) -> Sealer:
    return runtime.sealer


@pytest.fixture
def app(sealer: Sealer, merchant: Merchant) -> pyotp.TOTP:
    """The merchant's authenticator app, after it scanned the QR code."""
    begin_factor(sealer, merchant)
    secret = pending_secret(sealer, merchant)
    assert secret is not None
    return pyotp.TOTP(secret)


@pytest.fixture
def codes(app: pyotp.TOTP, sealer: Sealer, merchant: Merchant) -> Sequence[str]:
    """The recovery codes of a confirmed factor."""
    codes = confirm_factor(sealer, merchant, app.at(utc_now(), counter_offset=-1))
    assert codes is not None
    return codes


def factor(merchant: Merchant) -> SecondFactor:
    found = factor_of(merchant)
    assert found is not None
    return found


def test_factor_is_active_once_the_app_has_given_a_right_code(
    app: pyotp.TOTP, sealer: Sealer, merchant: Merchant
) -> None:
    assert factor_of(merchant) is None
    assert confirm_factor(sealer, merchant, "000000x") is None
    assert "issuer=Merchant%20portal" in provisioning_uri(merchant, app.secret)

    codes = confirm_factor(sealer, merchant, f" {app.now()[:3]} {app.now()[3:]}")

    assert codes is not None
    assert len(set(codes)) == remaining_codes(merchant) == CODES
    assert factor_of(merchant) is not None
    assert pending_secret(sealer, merchant) is None
    begin_factor(sealer, merchant)
    assert open_secret(sealer, factor(merchant), "sealed_secret") == app.secret


def test_app_code_works_once(
    app: pyotp.TOTP, codes: Sequence[str], sealer: Sealer, merchant: Merchant
) -> None:
    code = app.at(utc_now())

    assert verify_code(sealer, merchant, code)
    assert not verify_code(sealer, merchant, code)
    assert not verify_code(sealer, merchant, app.at(utc_now(), counter_offset=-1))
    assert verify_code(sealer, merchant, app.at(utc_now(), counter_offset=1))
    assert not verify_code(sealer, merchant, app.at(utc_now(), counter_offset=5))


def test_recovery_code_works_once_and_until_codes_are_renewed(
    codes: Sequence[str], sealer: Sealer, merchant: Merchant
) -> None:
    assert verify_code(sealer, merchant, codes[0].upper().replace("-", " "))
    assert not verify_code(sealer, merchant, codes[0])
    assert remaining_codes(merchant) == CODES - 1

    fresh = renew_codes(merchant)

    assert not verify_code(sealer, merchant, codes[1])
    assert verify_code(sealer, merchant, fresh[1])


def test_database_has_no_readable_secret_or_code(
    app: pyotp.TOTP, codes: Sequence[str], merchant: Merchant
) -> None:
    rows = [*SecondFactor.select().dicts(), *RecoveryCode.select().dicts()]

    assert app.secret not in repr(rows)
    assert codes[0].replace("-", "") not in repr(rows)


def test_recovery_codes_work_without_the_sealing_key(
    app: pyotp.TOTP, codes: Sequence[str], merchant: Merchant
) -> None:
    other = Sealer([new_key()])

    assert not verify_code(other, merchant, app.now())
    assert verify_code(other, merchant, codes[0])


def test_dropping_the_factor_removes_its_codes_and_the_passkeys(
    codes: Sequence[str], sealer: Sealer, merchant: Merchant
) -> None:
    make_passkey(merchant)

    assert drop_factor(merchant)
    assert not drop_factor(merchant)

    assert factor_of(merchant) is None
    assert not has_second_factor(merchant)
    assert remaining_codes(merchant) == 0
    assert confirm_factor(sealer, merchant, "123456") is None


def test_dropping_removes_passkeys_without_an_app(merchant: Merchant) -> None:
    make_passkey(merchant)

    assert drop_factor(merchant)
    assert not has_second_factor(merchant)


def test_turning_the_app_off_keeps_passkeys_and_codes(
    codes: Sequence[str], merchant: Merchant
) -> None:
    make_passkey(merchant)

    assert turn_off_factor(merchant, keep=0)

    assert has_second_factor(merchant)
    assert remaining_codes(merchant) == len(codes)
