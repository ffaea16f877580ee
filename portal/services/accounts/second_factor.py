"""Second factor: codes of an authenticator app (TOTP, RFC 6238), and recovery codes.

Passkeys are another one: `portal.services.accounts.passkeys`.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from datetime import timedelta

import pyotp
import structlog

from portal.errors import SealedSecretError, UserRefusedError
from portal.models import (
    HAS_SECOND_FACTOR,
    AuditLogEntry,
    Merchant,
    Passkey,
    RecoveryCode,
    SecondFactor,
    database,
    utc_now,
)
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.accounts.user_refusals import UserRefusal
from portal.sealing import Sealer
from portal.services.accounts.earlier_access import end_earlier_access
from portal.services.accounts.operators import lock_account_row
from portal.services.link_tokens import token_digest

log = structlog.get_logger(__name__)

ISSUER = "Merchant portal"
CODES = 10
CODE_BYTES = 10  # 80 bits can't be guessed, so an unsalted digest is enough
GROUP = 4
# A secret that was left on a screen can't be confirmed later by somebody else.
SETUP_TTL = timedelta(minutes=30)
# A phone's clock may be off by half a minute in both directions.
TIMESTEP_OFFSETS = (0, -1, 1)


def has_second_factor(merchant: Merchant) -> bool:
    """Return whether the merchant has a second factor of any kind, which sign-ins require."""
    found: bool = Merchant.select().where(Merchant.id == merchant.id, HAS_SECOND_FACTOR).exists()
    return found


SEALED_COLUMN = "second_factor.sealed_secret"


def factor_of(merchant: Merchant) -> SecondFactor | None:
    """Return the merchant's confirmed authenticator app, or None."""
    found: SecondFactor | None = SecondFactor.get_or_none(
        SecondFactor.merchant == merchant, ~SecondFactor.confirmed_at.is_null()
    )
    return found


def begin_factor(sealer: Sealer, merchant: Merchant) -> None:
    """Create a secret that awaits confirmation; keep a confirmed factor unchanged."""
    fresh = {
        SecondFactor.sealed_secret: sealer.seal(pyotp.random_base32(), SEALED_COLUMN, merchant.id),
        SecondFactor.started_at: utc_now(),
    }
    SecondFactor.insert({SecondFactor.merchant: merchant, **fresh}).on_conflict(
        conflict_target=[SecondFactor.merchant],
        update=fresh,
        where=SecondFactor.confirmed_at.is_null(),
    ).execute()


def pending_secret(sealer: Sealer, merchant: Merchant) -> str | None:
    """Return the secret to enter into the app while it awaits confirmation, otherwise None."""
    waiting = _waiting(merchant)
    return None if waiting is None else _unseal_secret(sealer, waiting)


def provisioning_uri(merchant: Merchant, secret: str) -> str:
    """Return the provisioning URI for the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=merchant.email, issuer_name=ISSUER)


def confirm_factor(
    sealer: Sealer, merchant: Merchant, code: str, *, keep: int | None = None
) -> Sequence[str] | None:
    """Activate the factor if the app's code is right; return the recovery codes, else None.

    It ends all earlier access except the session ``keep``.
    """
    waiting = _waiting(merchant)
    if waiting is None:
        return None
    with database.atomic():
        if not _is_from_app(sealer, waiting, _normalize_code(code)):
            return None
        SecondFactor.update(confirmed_at=utc_now()).where(
            SecondFactor.merchant == merchant
        ).execute()
        codes = replace_codes(merchant)
        _audit(AuditAction.SECOND_FACTOR_ON, merchant, end_earlier_access(merchant, keep=keep))
    log.info("second_factor.on", merchant=merchant.id)
    return codes


def renew_codes(merchant: Merchant, *, keep: int | None = None) -> Sequence[str]:
    """Return new recovery codes, which can't be shown again; earlier codes become invalid.

    It ends all earlier access except the session ``keep``.
    """
    with database.atomic():
        codes = replace_codes(merchant)
        ended = end_earlier_access(merchant, keep=keep)
        _audit(AuditAction.SECOND_FACTOR_CODES_RENEWED, merchant, ended)
    return codes


def replace_codes(merchant: Merchant) -> Sequence[str]:
    """Return new recovery codes and delete the earlier ones; end no access."""
    codes = [secrets.token_bytes(CODE_BYTES).hex() for _ in range(CODES)]
    with database.atomic():
        RecoveryCode.delete().where(RecoveryCode.merchant == merchant).execute()
        RecoveryCode.insert_many(
            [{"merchant": merchant, "code_digest": token_digest(code)} for code in codes]
        ).execute()
    return ["-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP)) for code in codes]


def remaining_codes(merchant: Merchant) -> int:
    """Return the number of unused recovery codes."""
    count: int = RecoveryCode.select().where(RecoveryCode.merchant == merchant).count()
    return count


def verify_code(sealer: Sealer, merchant: Merchant, code: str) -> bool:
    """Return whether a sign-in's code is valid; app and recovery codes work once each."""
    typed, factor = _normalize_code(code), factor_of(merchant)
    if factor is not None and _is_from_app(sealer, factor, typed):
        return True
    used: int = (
        RecoveryCode.delete()
        .where(
            RecoveryCode.merchant == merchant,
            RecoveryCode.code_digest == token_digest(typed),
        )
        .execute()
    )
    if used:
        log.info("second_factor.recovery_code_used", merchant=merchant.id)
    return used == 1


def turn_off_factor(merchant: Merchant, *, keep: int) -> bool:
    """Remove the authenticator app at its owner's request; return False if there was none.

    Recovery codes stay if there are passkeys. It ends all earlier access except the session
    ``keep``. Raises UserRefusedError for operators without a passkey, who need a second factor.
    """
    with database.atomic():
        merchant = lock_account_row(merchant, keep_admin=False)
        dropped = _delete_app(merchant)
        if dropped and not has_second_factor(merchant):
            if merchant.is_operator:
                raise UserRefusedError(merchant.id, UserRefusal.OPERATOR_NEEDS_FACTOR)
            RecoveryCode.delete().where(RecoveryCode.merchant == merchant).execute()
        if dropped:
            ended = end_earlier_access(merchant, keep=keep)
            _audit(AuditAction.SECOND_FACTOR_OFF, merchant, ended)
    if dropped:
        log.info("second_factor.off", merchant=merchant.id)
    return dropped


def drop_factor(merchant: Merchant) -> bool:
    """Remove the app, all passkeys and the recovery codes; return False if there was no factor.

    It ends all earlier access.
    """
    with database.atomic():
        RecoveryCode.delete().where(RecoveryCode.merchant == merchant).execute()
        passkeys = Passkey.delete().where(Passkey.merchant == merchant).execute()
        dropped = _delete_app(merchant) or passkeys > 0
        if dropped:
            _audit(AuditAction.SECOND_FACTOR_OFF, merchant, end_earlier_access(merchant))
    if dropped:
        log.info("second_factor.off", merchant=merchant.id, passkeys=passkeys)
    return dropped


def _delete_app(merchant: Merchant) -> bool:
    mine = SecondFactor.merchant == merchant
    count: int = SecondFactor.delete().where(mine, ~SecondFactor.confirmed_at.is_null()).execute()
    return count == 1


def _waiting(merchant: Merchant) -> SecondFactor | None:
    """Return the factor that awaits confirmation; None if none does, or for too long."""
    found: SecondFactor | None = SecondFactor.get_or_none(
        SecondFactor.merchant == merchant,
        SecondFactor.confirmed_at.is_null(),
        SecondFactor.started_at > utc_now() - SETUP_TTL,
    )
    return found


def _audit(action: AuditAction, merchant: Merchant, sessions_ended: int) -> None:
    AuditLogEntry.record_request(
        None, action, f"merchant {merchant.id}", after={"sessions_ended": sessions_ended}
    )


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
    """Record the use of a time step's code; False if it or a later one was used before."""
    taken: int = (
        SecondFactor.update(last_step=step)
        .where(SecondFactor.merchant == factor.merchant_id, SecondFactor.last_step < step)
        .execute()
    )
    return taken == 1


def _unseal_secret(sealer: Sealer, factor: SecondFactor) -> str | None:
    """Return the secret, or None if our keys can't open it; recovery codes still work then."""
    try:
        return sealer.open(factor.sealed_secret, SEALED_COLUMN, factor.merchant_id)
    except SealedSecretError:
        log.error("second_factor.unreadable", merchant=factor.merchant_id)
        return None


def _normalize_code(code: str) -> str:
    """Return a code in lower case, without separators."""
    return "".join(letter for letter in code.lower() if letter.isalnum())
