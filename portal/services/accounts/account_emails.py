"""Emails about what operators and commands do for an account, in its owner's language."""

from __future__ import annotations

import structlog

from portal.email import render_email
from portal.errors import MailError
from portal.models import Merchant, Store
from portal.rules.accounts.account_changes import AccountChange
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)


def email_account_changed(runtime: Runtime, merchant: Merchant, change: AccountChange) -> None:
    """Email the account's owner what was changed; call it after the commit.

    A failure is only logged because the change stays made.
    """
    link = f"{runtime.settings.portal_url}/login"
    _try_send(runtime, merchant, "account_changed", what=change, link=link)


def email_store_connected(runtime: Runtime, merchant: Merchant, store_id: int) -> None:
    """Email the merchant that an operator has connected a store for them, after the commit.

    A failure is only logged because the store stays connected.
    """
    store = Store.get_by_id(store_id)
    _try_send(
        runtime,
        merchant,
        "store_connected",
        store=store.name or str(store_id),
        link=f"{runtime.settings.portal_url}/stores/{store_id}",
        contact=runtime.settings.operator_contact,
    )


def _try_send(runtime: Runtime, merchant: Merchant, name: str, **context: object) -> None:
    settings = runtime.settings
    try:
        email = render_email(
            name,
            portal_url=settings.portal_url,
            locale=merchant.locale,
            reply_to=settings.operator_email,
            **context,
        )
        runtime.mailer.send(email, to=merchant.email)
    except MailError as error:
        log.error("email.not_sent", email=name, merchant=merchant.id, problem=str(error))
