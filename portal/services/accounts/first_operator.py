"""First operator of a new portal, made from the setting FIRST_OPERATOR_EMAIL."""

from __future__ import annotations

import structlog
from peewee import IntegrityError

from portal.email import render_email
from portal.errors import MailError, SettingsError
from portal.models import Merchant, database
from portal.rules.accounts.account_changes import AccountChange
from portal.rules.accounts.operator_roles import OperatorRole
from portal.services.accounts.account_emails import email_account_changed
from portal.services.accounts.change_password import reset_token_for
from portal.services.accounts.operators import has_operators, record_account_change
from portal.services.accounts.passwords import hash_password
from portal.services.accounts.sign_up import parse_email
from portal.services.link_tokens import new_token
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)


def make_first_operator(runtime: Runtime) -> Merchant | None:
    """Make the account of FIRST_OPERATOR_EMAIL an admin, if there is no operator at all.

    Without an account, creates one and emails a link to set its password. Returns the account, None
    if nothing was done. Two processes may call this at the same time: one of them makes the change.
    Raises SettingsError if the setting is no email address.
    """
    address = runtime.settings.first_operator_email
    if not address or has_operators():
        return None
    try:
        email = parse_email(address)
    except ValueError as error:
        raise SettingsError(f"FIRST_OPERATOR_EMAIL is {address!r}: {error}") from error
    known = Merchant.with_email(email)
    made = _create_admin(email) if known is None else _promote(known)
    if made is None:
        return None
    log.info("operator.first_made", merchant=made.id, created=known is None)
    if known is None:
        _email_password_link(runtime, made)
    else:
        email_account_changed(runtime, made, AccountChange.MADE_ADMIN)
    return made


def _create_admin(email: str) -> Merchant | None:
    """Create an admin whose password nobody knows; None if another process has just done so."""
    try:
        with database.atomic():
            merchant: Merchant = Merchant.create(
                email=email,
                password_hash=hash_password(new_token()),
                operator_role=OperatorRole.ADMIN,
            )
            record_account_change(merchant, AccountChange.MADE_ADMIN, None)
    except IntegrityError:
        return None
    return merchant


def _promote(merchant: Merchant) -> Merchant | None:
    """Make the account an admin; None if another process has just done so."""
    with database.atomic():
        changed = (
            Merchant.update(operator_role=OperatorRole.ADMIN)
            .where(Merchant.id == merchant.id, Merchant.operator_role.is_null())
            .execute()
        )
        if not changed:
            return None
        record_account_change(merchant, AccountChange.MADE_ADMIN, None)
    merchant.operator_role = OperatorRole.ADMIN
    return merchant


def _email_password_link(runtime: Runtime, merchant: Merchant) -> None:
    """Email the link; after a failure the sign-in page's link for a forgotten password works."""
    base = runtime.settings.portal_url
    token = reset_token_for(runtime.settings.secret_key, merchant.email)
    try:
        email = render_email("first_operator", portal_url=base, link=f"{base}/reset/{token}")
        runtime.mailer.send(email, to=merchant.email)
    except MailError as error:
        log.error("email.not_sent", email="first_operator", problem=str(error))
