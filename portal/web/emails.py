"""Send the letters that pages cause, in the reader's language."""

from __future__ import annotations

import structlog
from flask_babel import get_locale

from portal.email import render_email
from portal.errors import MailError
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)


def send_email(runtime: Runtime, name: str, to: str, **context: object) -> None:
    """Write and send the letter of ``templates/email/<name>.html``; raise MailError if it fails."""
    base, locale = runtime.settings.portal_url, str(get_locale())
    email = render_email(name, portal_url=base, locale=locale, **context)
    runtime.mailer.send(email, to=to)


def try_send_email(runtime: Runtime, name: str, to: str, **context: object) -> None:
    """Send a letter about what is done already: that stays done, whether or not mail works."""
    try:
        send_email(runtime, name, to, **context)
    except MailError as error:
        log.error("email.not_sent", email=name, problem=str(error))


def absolute_url(runtime: Runtime, path: str) -> str:
    """Return the public address of one of our pages, as a letter needs it."""
    return f"{runtime.settings.portal_url}{path}"
