"""Queue the emails that pages cause, in the reader's language."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import get_locale

from portal.email import render_email
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
    **context: object,
) -> None:
    """Render ``templates/email/<name>.html``, and queue it; see `queue_email`.

    The daemon sends it right after the commit, and again later if the mail server doesn't work.
    """
    base, locale = runtime.settings.portal_url, str(get_locale())
    queue_email(
        runtime,
        render_email(name, portal_url=base, locale=locale, **context),
        kind=name,
        to=to,
        merchant_id=merchant_id,
        store_id=store_id,
        expires_in=expires_in,
    )


def absolute_url(runtime: Runtime, path: str) -> str:
    """Return the absolute URL of a portal page, for use in emails."""
    return f"{runtime.settings.portal_url}{path}"
