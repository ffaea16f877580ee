"""Send the emails that pages cause, in the recipient's language."""

from __future__ import annotations

import structlog
from flask_babel import get_locale

from portal.email import render_email
from portal.errors import MailError
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)


def send_email(runtime: Runtime, name: str, to: str, **context: object) -> None:
    """Render ``templates/email/<name>.html`` and send it; raise MailError if it cannot be sent."""
    base, locale = runtime.settings.portal_url, str(get_locale())
    email = render_email(name, portal_url=base, locale=locale, **context)
    runtime.mailer.send(email, to=to)


def try_send_email(runtime: Runtime, name: str, to: str, **context: object) -> None:
    """Send an email about a finished action; a failure is only logged because the action stays
    done.
    """
    try:
        send_email(runtime, name, to, **context)
    except MailError as error:
        log.error("email.not_sent", email=name, problem=str(error))


def absolute_url(runtime: Runtime, path: str) -> str:
    """Return the absolute URL of a portal page, for use in emails."""
    return f"{runtime.settings.portal_url}{path}"
