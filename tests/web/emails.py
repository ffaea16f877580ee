"""Read the letters that a portal has written in a test."""

from __future__ import annotations

import re
from email.message import EmailMessage
from pathlib import Path

from portal.services.runtime import Runtime
from tests.post_office import letters_in, part_of


def sent_emails(runtime: Runtime) -> list[EmailMessage]:
    """Return every message sent so far, the oldest first."""
    return letters_in(runtime.mailer.folder)


def text_of(message: EmailMessage) -> str:
    """Return the words of a letter, in one line."""
    return re.sub(r"\s+", " ", part_of(message, "plain"))


def link_from(message: EmailMessage) -> str:
    """Return the path that the letter's link leads to."""
    found = re.search(r"http://127.0.0.1:8000(\S+)", text_of(message))
    assert found
    return found[1]


def break_email(runtime: Runtime) -> None:
    """Let every further letter fail."""
    folder = runtime.mailer.folder or Path()
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("a file where the folder should be")
