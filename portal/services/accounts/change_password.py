"""Password changes: by a signed-in merchant, or by a link sent to one who forgot it."""

from __future__ import annotations

import hashlib

import structlog
from itsdangerous import BadData, URLSafeTimedSerializer

from portal.models import AuditLogEntry, Merchant, database, utc_now
from portal.rules.accounts.audit_actions import AuditAction
from portal.services.accounts.earlier_access import end_earlier_access
from portal.services.accounts.password_policy import check_new_password, own_texts_of
from portal.services.accounts.passwords import hash_password
from portal.services.signed_links import timed_link_signer

log = structlog.get_logger(__name__)

RESET_TTL_S = 3600
_FINGERPRINT_LENGTH = 16


def reset_token_for(secret_keys: tuple[str, ...], email: str) -> str | None:
    """Return the token of a password reset link, or None if no account has this address."""
    merchant = Merchant.with_email(email)
    if merchant is None:
        return None
    return str(_links(secret_keys).dumps([merchant.id, _fingerprint(merchant)]))


def merchant_by_reset_token(secret_keys: tuple[str, ...], token: str) -> Merchant | None:
    """Return the merchant of a reset link, or None if it is forged, expired or was used.

    The token needs no table: it contains a digest of the password hash, the address and the version
    of the credentials, so a change of any of them makes the link invalid.
    """
    try:
        merchant_id, fingerprint = _links(secret_keys).loads(token, max_age=RESET_TTL_S)
    except BadData:
        return None
    merchant: Merchant | None = Merchant.get_or_none(Merchant.id == merchant_id)
    return merchant if merchant is not None and _fingerprint(merchant) == fingerprint else None


def change_password(
    merchant: Merchant, password: str, *, keep: int | None = None, by_link: bool = False
) -> bool:
    """Set a new password and end all earlier access except the session ``keep``.

    ``by_link`` means that an emailed link was opened, which confirms the email address.

    Returns False if the password was changed since ``merchant`` was read, for example by a second
    click on the same link. Raises PasswordRefusedError for a password that is easy to guess.
    """
    check_new_password(password, own_texts_of(merchant))
    verified_at = utc_now() if by_link else merchant.verified_at
    with database.atomic():
        changed = (
            Merchant.update(password_hash=hash_password(password), verified_at=verified_at)
            .where(Merchant.id == merchant.id, Merchant.password_hash == merchant.password_hash)
            .execute()
        )
        if changed:
            ended = end_earlier_access(merchant, keep=keep)
            AuditLogEntry.record(
                None,
                AuditAction.PASSWORD_CHANGED,
                f"merchant {merchant.id}",
                actor=merchant,
                after={"sessions_ended": ended},
            )
    log.info("password.changed", merchant=merchant.id, changed=changed == 1)
    return bool(changed == 1)


def _fingerprint(merchant: Merchant) -> str:
    known = f"{merchant.password_hash} {merchant.email} {merchant.credential_version}"
    return hashlib.sha256(known.encode()).hexdigest()[:_FINGERPRINT_LENGTH]


def _links(secret_keys: tuple[str, ...]) -> URLSafeTimedSerializer:
    return timed_link_signer(secret_keys, "reset-password")
