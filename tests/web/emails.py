"""Read the emails that the portal has sent in a test."""

from __future__ import annotations

import re
from email.message import EmailMessage
from pathlib import Path

from portal.services.runtime import Runtime
from tests.post_office import letters_in, part_of


def sent_emails(runtime: Runtime) -> list[EmailMessage]:
    """Return all emails sent so far, oldest first."""
    return letters_in(runtime.mailer.folder)


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
