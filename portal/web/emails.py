"""Send the letters that pages cause, in the reader's language."""

from __future__ import annotations

import structlog
from flask_babel import get_locale

from portal.email import write_letter
from portal.errors import MailError
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)


def send_letter(runtime: Runtime, name: str, to: str, **facts: object) -> None:
    """Write and send the letter of ``templates/email/<name>.html``; raise MailError if it fails."""
    base, locale = runtime.settings.portal_url, str(get_locale())
    letter = write_letter(name, portal_url=base, locale=locale, **facts)
    runtime.mailer.send(letter, to=to)


def tell(runtime: Runtime, name: str, to: str, **facts: object) -> None:
    """Send a letter about what is done already: that stays done, whether or not mail works."""
    try:
        send_letter(runtime, name, to, **facts)
    except MailError as error:
        log.error("letter.not_sent", letter=name, problem=str(error))


def full_address(runtime: Runtime, path: str) -> str:
    """Return the public address of one of our pages, as a letter needs it."""
    return f"{runtime.settings.portal_url}{path}"
