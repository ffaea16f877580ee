"""Make an account: an e-mail address is confirmed by a link first, the password comes after.

See docs/decisions/sign-up-by-link.md for why in this order.
"""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email
from itsdangerous import BadData, URLSafeTimedSerializer
from peewee import IntegrityError

from portal.models import Merchant, normalize_email, utc_now
from portal.services.accounts.passwords import hash_password

LINK_TTL_S = 24 * 3600
EMAIL_LIMIT = 254


def parse_email(text: str) -> str:
    """Return the address as it is stored; raise ValueError for text that is no address."""
    try:
        found = validate_email(
            text.strip()[: EMAIL_LIMIT + 1], check_deliverability=False, test_environment=True
        )
    except EmailNotValidError as error:
        raise ValueError(str(error)) from error
    return normalize_email(found.normalized)


def sign_up_token(secret_key: str, email: str) -> str | None:
    """Return the token of a link that makes an account, or None if the address has one."""
    if Merchant.with_email(email) is not None:
        return None
    return str(_links(secret_key).dumps(normalize_email(email)))


def email_from_token(secret_key: str, token: str) -> str | None:
    """Return whose link this is; None if it is forged, too old, or was used."""
    try:
        email: str = _links(secret_key).loads(token, max_age=LINK_TTL_S)
    except BadData:
        return None
    return email if Merchant.with_email(email) is None else None


def sign_up(email: str, password: str) -> Merchant | None:
    """Make the account of a confirmed address; None if the link was used a moment ago."""
    try:
        merchant: Merchant = Merchant.create(
            email=email, password_hash=hash_password(password), verified_at=utc_now()
        )
    except IntegrityError:
        return None
    return merchant


def _links(secret_key: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret_key, salt="sign-up")
