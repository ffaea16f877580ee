"""Sign-up: a link confirms the e-mail address first, and then the merchant sets a password.

See docs/decisions/sign-up-by-link.md for the reasons.
"""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email
from itsdangerous import BadData, URLSafeTimedSerializer
from peewee import IntegrityError

from portal.models import AuditLogEntry, Merchant, database, utc_now
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.records.email_addresses import normalize_email
from portal.services.accounts.password_policy import check_new_password
from portal.services.accounts.passwords import hash_password
from portal.services.signed_links import timed_link_signer

LINK_TTL_S = 24 * 3600
EMAIL_LIMIT = 254


def parse_email(text: str) -> str:
    """Return the normalized address; raise ValueError if the text is no address."""
    try:
        found = validate_email(
            text.strip()[: EMAIL_LIMIT + 1], check_deliverability=False, test_environment=True
        )
    except EmailNotValidError as error:
        raise ValueError(str(error)) from error
    return normalize_email(found.normalized)


def email_key(text: str) -> str:
    """Return one text for all spellings of an address, as long as an address at most.

    Addresses that `parse_email` or `Merchant.with_email` equate have the same one.
    """
    typed = normalize_email(text.strip()[: EMAIL_LIMIT + 1])
    try:
        return parse_email(typed)
    except ValueError:
        return typed


def sign_up_token(secret_keys: tuple[str, ...], email: str) -> str | None:
    """Return the token of a sign-up link, or None if the address has an account."""
    if Merchant.with_email(email) is not None:
        return None
    return str(_links(secret_keys).dumps(normalize_email(email)))


def email_from_token(secret_keys: tuple[str, ...], token: str) -> str | None:
    """Return the address of a sign-up link, or None if it is forged, expired or was used."""
    try:
        email: str = _links(secret_keys).loads(token, max_age=LINK_TTL_S)
    except BadData:
        return None
    return email if Merchant.with_email(email) is None else None


def sign_up(email: str, password: str, *, store_name: str = "") -> Merchant | None:
    """Create the account of a confirmed address; return None if it exists already.

    ``store_name`` is the name of the store that the person joins. Raises PasswordRefusedError for a
    password that is easy to guess.
    """
    check_new_password(password, (email, store_name))
    with database.atomic():
        try:
            with database.atomic():
                merchant: Merchant = Merchant.create(
                    email=email, password_hash=hash_password(password), verified_at=utc_now()
                )
        except IntegrityError:
            return None
        AuditLogEntry.record(
            None, AuditAction.ACCOUNT_CREATED, f"merchant {merchant.id}", actor=merchant
        )
    return merchant


def _links(secret_keys: tuple[str, ...]) -> URLSafeTimedSerializer:
    return timed_link_signer(secret_keys, "sign-up")
