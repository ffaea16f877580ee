"""Account that an operator creates for somebody else, with a first password."""

from __future__ import annotations

import secrets

from peewee import IntegrityError

from portal.models import Merchant, database
from portal.rules.accounts.account_changes import AccountChange
from portal.services.accounts.account_emails import email_account_changed
from portal.services.accounts.operators import record_account_change
from portal.services.accounts.passwords import hash_password
from portal.services.accounts.sign_up import parse_email
from portal.services.runtime import Runtime

PASSWORD_BYTES = 15


def add_account(
    runtime: Runtime, email: str, *, actor: Merchant | None = None
) -> tuple[Merchant, str] | None:
    """Create an account; return it with its first password, None if the address has an account.

    Emails the person, without the password. Raises ValueError if ``email`` is no email address.
    """
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    address = parse_email(email)
    try:
        with database.atomic():
            merchant: Merchant = Merchant.create(
                email=address, password_hash=hash_password(password)
            )
            record_account_change(merchant, AccountChange.ADDED, actor)
            email_account_changed(runtime, merchant, AccountChange.ADDED)
    except IntegrityError:
        return None
    return merchant, password
