"""Check the codes of an authenticator app (TOTP, RFC 6238), or a recovery code in its place."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence

import pyotp
import structlog

from portal.errors import SealedSecretError
from portal.models import Merchant, RecoveryCode, SecondFactor, database, utc_now
from portal.sealing import Sealer
from portal.services.accounts.link_tokens import token_digest

log = structlog.get_logger(__name__)

ISSUER = "Merchant portal"
CODES = 10
CODE_BYTES = 10  # 80 bits: nobody guesses one, so a plain digest hides it
GROUP = 4
# A phone's clock may be half a minute off, either way.
TIMESTEP_OFFSETS = (0, -1, 1)


def factor_of(merchant: Merchant) -> SecondFactor | None:
    """Return the merchant's second factor if it is confirmed, so that sign-ins ask for it."""
    found: SecondFactor | None = SecondFactor.get_or_none(
        SecondFactor.merchant == merchant, ~SecondFactor.confirmed_at.is_null()
    )
    return found


def begin_factor(sealer: Sealer, merchant: Merchant) -> None:
    """Make a secret that waits to be confirmed; leave a confirmed one alone."""
    fresh = {
        SecondFactor.sealed_secret: sealer.seal(pyotp.random_base32()),
        SecondFactor.started_at: utc_now(),
    }
    SecondFactor.insert({SecondFactor.merchant: merchant, **fresh}).on_conflict(
        conflict_target=[SecondFactor.merchant],
        update=fresh,
        where=SecondFactor.confirmed_at.is_null(),
    ).execute()


def pending_secret(sealer: Sealer, merchant: Merchant) -> str | None:
    """Return the secret to put into the app, while it waits to be confirmed; never afterwards."""
    waiting = SecondFactor.get_or_none(
        SecondFactor.merchant == merchant, SecondFactor.confirmed_at.is_null()
    )
    return None if waiting is None else _unseal_secret(sealer, waiting)


def provisioning_uri(merchant: Merchant, secret: str) -> str:
    """Return the address in the QR code, which tells an app all it needs."""
    return pyotp.TOTP(secret).provisioning_uri(name=merchant.email, issuer_name=ISSUER)


def confirm_factor(sealer: Sealer, merchant: Merchant, code: str) -> Sequence[str] | None:
    """Let the factor count if the app's code is right; return the recovery codes, else None."""
    waiting = SecondFactor.get_or_none(
        SecondFactor.merchant == merchant, SecondFactor.confirmed_at.is_null()
    )
    if waiting is None or not _is_from_app(sealer, waiting, _normalize_code(code)):
        return None
    with database.atomic():
        SecondFactor.update(confirmed_at=utc_now()).where(
            SecondFactor.merchant == merchant
        ).execute()
        codes = renew_codes(merchant)
    log.info("second_factor.on", merchant=merchant.id)
    return codes


def renew_codes(merchant: Merchant) -> Sequence[str]:
    """Return new recovery codes, shown this once; the former ones are void."""
    codes = [secrets.token_bytes(CODE_BYTES).hex() for _ in range(CODES)]
    with database.atomic():
        RecoveryCode.delete().where(RecoveryCode.merchant == merchant).execute()
        RecoveryCode.insert_many(
            [{"merchant": merchant, "code_digest": token_digest(code)} for code in codes]
        ).execute()
    return ["-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP)) for code in codes]


def remaining_codes(merchant: Merchant) -> int:
    """Return how many recovery codes are unused."""
    count: int = RecoveryCode.select().where(RecoveryCode.merchant == merchant).count()
    return count


def verify_code(sealer: Sealer, factor: SecondFactor, code: str) -> bool:
    """Tell whether a sign-in's code is the app's or a recovery code; either is good once."""
    typed = _normalize_code(code)
    if _is_from_app(sealer, factor, typed):
        return True
    used: int = (
        RecoveryCode.delete()
        .where(
            RecoveryCode.merchant == factor.merchant_id,
            RecoveryCode.code_digest == token_digest(typed),
        )
        .execute()
    )
    if used:
        log.info("second_factor.recovery_code_used", merchant=factor.merchant_id)
    return used == 1


def drop_factor(merchant: Merchant) -> bool:
    """Turn the second factor off; False if there was none."""
    with database.atomic():
        RecoveryCode.delete().where(RecoveryCode.merchant == merchant).execute()
        dropped: int = SecondFactor.delete().where(SecondFactor.merchant == merchant).execute()
    if dropped:
        log.info("second_factor.off", merchant=merchant.id)
    return dropped == 1


def _is_from_app(sealer: Sealer, factor: SecondFactor, typed: str) -> bool:
    secret = _unseal_secret(sealer, factor)
    if secret is None:
        return False
    app, now = pyotp.TOTP(secret), utc_now()
    for offset in TIMESTEP_OFFSETS:
        if hmac.compare_digest(app.at(now, counter_offset=offset).encode(), typed.encode()):
            return _use_timestep(factor, app.timecode(now) + offset)
    return False


def _use_timestep(factor: SecondFactor, step: int) -> bool:
    """Note that a half minute's code was used; False if it, or a later one, was before."""
    taken: int = (
        SecondFactor.update(last_step=step)
        .where(SecondFactor.merchant == factor.merchant_id, SecondFactor.last_step < step)
        .execute()
    )
    return taken == 1


def _unseal_secret(sealer: Sealer, factor: SecondFactor) -> str | None:
    """Return the secret; None if our keys don't open it: then recovery codes still work."""
    try:
        return sealer.open(factor.sealed_secret)
    except SealedSecretError:
        log.error("second_factor.unreadable", merchant=factor.merchant_id)
        return None


def _normalize_code(code: str) -> str:
    """Return a code without what people put between its groups."""
    return "".join(letter for letter in code.lower() if letter.isalnum())
