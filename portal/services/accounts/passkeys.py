"""Passkeys of an account: list, add, rename and remove.

A passkey is a second factor and, because its device verifies the person, a whole sign-in.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from peewee import IntegrityError

from portal.errors import PasskeyRefusedError, UserRefusedError
from portal.models import AuditLogEntry, Merchant, Passkey, RecoveryCode, database
from portal.models.fields import strip_unstorable
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.accounts.passkey_refusals import MAX_PASSKEYS, PasskeyRefusal
from portal.rules.accounts.user_refusals import UserRefusal
from portal.services.accounts.earlier_access import end_earlier_access
from portal.services.accounts.operators import lock_account_row
from portal.services.accounts.second_factor import has_second_factor, replace_codes

log = structlog.get_logger(__name__)

NAME_LIMIT = 100


def passkeys_of(merchant: Merchant) -> Sequence[Passkey]:
    """Return the merchant's passkeys, oldest first; at most `MAX_PASSKEYS`."""
    found = Passkey.select().where(Passkey.merchant == merchant).order_by(Passkey.id)
    return list(found.limit(MAX_PASSKEYS))


def has_passkeys(merchant: Merchant) -> bool:
    """Return whether the merchant has a passkey."""
    found: bool = Passkey.select().where(Passkey.merchant == merchant).exists()
    return found


def passkey_by_id(merchant: Merchant, passkey_id: int) -> Passkey | None:
    """Return a passkey of the merchant, or None."""
    found: Passkey | None = Passkey.get_or_none(
        Passkey.merchant == merchant, Passkey.id == passkey_id
    )
    return found


def add_passkey(passkey: Passkey, name: str, *, keep: int) -> Sequence[str]:
    """Save a new passkey; return recovery codes if it is the account's first second factor.

    It ends all earlier access except the session ``keep``. Raises PasskeyRefusedError if the
    account has `MAX_PASSKEYS`, or somebody has this passkey already.
    """
    merchant = passkey.merchant
    passkey.name = clean_name(name)
    try:
        with database.atomic():
            lock_account_row(merchant, keep_admin=False)
            if len(passkeys_of(merchant)) >= MAX_PASSKEYS:
                raise PasskeyRefusedError(PasskeyRefusal.TOO_MANY, passkey.merchant_id)
            is_first_factor = not has_second_factor(merchant)
            passkey.save(force_insert=True)
            codes = replace_codes(merchant) if is_first_factor else ()
            _audit(AuditAction.PASSKEY_ADDED, passkey, end_earlier_access(merchant, keep=keep))
    except IntegrityError as error:
        raise PasskeyRefusedError(PasskeyRefusal.KNOWN, passkey.merchant_id) from error
    log.info("passkey.added", merchant=merchant.id, passkey=passkey.id)
    return codes


def rename_passkey(passkey: Passkey, name: str) -> None:
    """Give a passkey another name."""
    before, passkey.name = passkey.name, clean_name(name)
    with database.atomic():
        Passkey.update(name=passkey.name).where(Passkey.id == passkey.id).execute()
        AuditLogEntry.record_request(
            None,
            AuditAction.PASSKEY_RENAMED,
            f"merchant {passkey.merchant_id}",
            before={"name": before},
            after={"name": passkey.name},
        )


def remove_passkey(passkey: Passkey, *, keep: int) -> bool:
    """Remove a passkey, and the recovery codes with the last second factor.

    Returns False if it was removed before. It ends all earlier access except the session ``keep``.
    Raises UserRefusedError for the last second factor of an operator, who can't work without one.
    """
    merchant = passkey.merchant
    with database.atomic():
        merchant = lock_account_row(merchant, keep_admin=False)
        if not Passkey.delete().where(Passkey.id == passkey.id).execute():
            return False
        if not has_second_factor(merchant):
            if merchant.is_operator:
                raise UserRefusedError(merchant.id, UserRefusal.OPERATOR_NEEDS_FACTOR)
            RecoveryCode.delete().where(RecoveryCode.merchant == merchant).execute()
        _audit(AuditAction.PASSKEY_REMOVED, passkey, end_earlier_access(merchant, keep=keep))
    log.info("passkey.removed", merchant=merchant.id, passkey=passkey.id)
    return True


def clean_name(name: str) -> str:
    """Return a name as it is stored."""
    return strip_unstorable(name).strip()[:NAME_LIMIT]


def _audit(action: AuditAction, passkey: Passkey, sessions_ended: int) -> None:
    AuditLogEntry.record_request(
        None,
        action,
        f"merchant {passkey.merchant_id}",
        after={"passkey": passkey.name, "sessions_ended": sessions_ended},
    )
