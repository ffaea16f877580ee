"""Read the emails that the portal has sent in a test; they are sent as by the daemon."""

from __future__ import annotations

import re
from email.message import EmailMessage
from pathlib import Path

from portal.models import NotificationState, QueuedEmail
from portal.services.notifications.queued_emails import send_queued_email
from portal.services.runtime import Runtime
from tests.post_office import letters_in, part_of


def sent_emails(runtime: Runtime) -> list[EmailMessage]:
    """Send the queued emails, and return all that were sent so far, oldest first."""
    send_queued_emails(runtime)
    return letters_in(runtime.mailer.folder)


def send_queued_emails(runtime: Runtime) -> None:
    """Do the work of the daemon's jobs, oldest first."""
    waiting = QueuedEmail.select().where(QueuedEmail.state == NotificationState.WAITING)
    for email in waiting.order_by(QueuedEmail.id):
        send_queued_email(runtime, email.id)


def text_of(message: EmailMessage) -> str:
    """Return the plain text of an email on one line."""
    return re.sub(r"\s+", " ", part_of(message, "plain"))


def link_from(message: EmailMessage) -> str:
    """Return the path of the link in an email."""
    found = re.search(r"http://127.0.0.1:8000(\S+)", text_of(message))
    assert found
    return found[1]


def break_email(runtime: Runtime) -> None:
    """Make all further emails fail."""
    folder = runtime.mailer.folder or Path()
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("a file where the folder should be")
