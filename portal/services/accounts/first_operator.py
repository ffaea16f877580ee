"""First operator of a new portal, made from the setting FIRST_OPERATOR_EMAIL."""

from __future__ import annotations

from datetime import timedelta

import structlog
from peewee import IntegrityError

from portal.email import render_email
from portal.errors import SettingsError
from portal.models import Merchant, database
from portal.rules.accounts.account_changes import AccountChange
from portal.rules.accounts.operator_roles import OperatorRole
from portal.services.accounts.account_emails import email_account_changed
from portal.services.accounts.change_password import RESET_TTL_S, reset_token_for
from portal.services.accounts.operators import has_operators, record_account_change
from portal.services.accounts.passwords import hash_password
from portal.services.accounts.sign_up import parse_email
from portal.services.link_tokens import new_token
from portal.services.notifications.queued_emails import queue_email
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
    made = _create_admin(runtime, email) if known is None else _promote(runtime, known)
    if made is not None:
        log.info("operator.first_made", merchant=made.id, created=known is None)
    return made


def _create_admin(runtime: Runtime, email: str) -> Merchant | None:
    """Create an admin whose password nobody knows; None if another process has just done so."""
    try:
        with database.atomic():
            merchant: Merchant = Merchant.create(
                email=email,
                password_hash=hash_password(new_token()),
                operator_role=OperatorRole.ADMIN,
            )
            record_account_change(merchant, AccountChange.MADE_ADMIN, None)
            _email_password_link(runtime, merchant)
    except IntegrityError:
        return None
    return merchant


def _promote(runtime: Runtime, merchant: Merchant) -> Merchant | None:
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
        email_account_changed(runtime, merchant, AccountChange.MADE_ADMIN)
    merchant.operator_role = OperatorRole.ADMIN
    return merchant


def _email_password_link(runtime: Runtime, merchant: Merchant) -> None:
    """Email the link; after it has expired, the link for a forgotten password works, too."""
    base, kind = runtime.settings.portal_url, "first_operator"
    token = reset_token_for(runtime.settings.secret_keys, merchant.email)
    queue_email(
        runtime,
        render_email(kind, brand=runtime.settings.brand, link=f"{base}/reset/{token}"),
        kind=kind,
        to=merchant.email,
        merchant_id=merchant.id,
        expires_in=timedelta(seconds=RESET_TTL_S),
    )
