"""Queue the emails that pages cause, in the recipient's language."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import get_locale

from portal.email import render_email
from portal.models import Merchant
from portal.services.notifications.queued_emails import LIFETIME, queue_email
from portal.services.runtime import Runtime


def send_email(
    runtime: Runtime,
    name: str,
    to: str,
    *,
    merchant_id: int | None = None,
    store_id: int | None = None,
    expires_in: timedelta = LIFETIME,
    locale: str | None = None,
    **context: object,
) -> None:
    """Render ``templates/email/<name>.html``, and queue it; see `queue_email`.

    It is in the language of the recipient's account. Somebody without an account gets it in
    ``locale``, or in the language of this page: they or their inviter asked for it there. The
    daemon sends it right after the commit, and again later if the mail server doesn't work.
    """
    queue_email(
        runtime,
        render_email(
            name, brand=runtime.settings.brand, locale=_language_of(to, locale), **context
        ),
        kind=name,
        to=to,
        merchant_id=merchant_id,
        store_id=store_id,
        expires_in=expires_in,
    )


def _language_of(address: str, otherwise: str | None) -> str:
    recipient = Merchant.with_email(address)
    return otherwise or str(get_locale()) if recipient is None else str(recipient.locale)


def absolute_url(runtime: Runtime, path: str) -> str:
    """Return the absolute URL of a portal page, for use in emails."""
    return f"{runtime.settings.portal_url}{path}"
