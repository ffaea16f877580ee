"""Emails about changes that operators and commands make to an account, in its owner's language."""

from __future__ import annotations

import structlog

from portal.email import render_email
from portal.errors import MailError
from portal.models import Merchant
from portal.rules.accounts.account_changes import AccountChange
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)


def email_account_changed(runtime: Runtime, merchant: Merchant, change: AccountChange) -> None:
    """Email the account's owner what was changed; call it after the commit.

    A failure is only logged because the change stays made.
    """
    base = runtime.settings.portal_url
    try:
        email = render_email(
            "account_changed",
            portal_url=base,
            locale=merchant.locale,
            what=change,
            link=f"{base}/login",
        )
        runtime.mailer.send(email, to=merchant.email)
    except MailError as error:
        log.error("email.not_sent", email="account_changed", problem=str(error))
