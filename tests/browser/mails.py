"""E-mails that the demo has written to its directory."""

from __future__ import annotations

import re
import time
from pathlib import Path

from tests.post_office import letters_in, part_of

TIMEOUT_S = 30


def mails_to(folder: Path, recipient: str) -> list[str]:
    """Return subject and text of the emails to this address, newest first."""
    mails = [mail for mail in reversed(letters_in(folder)) if mail["To"] == recipient]
    return [f"{mail['Subject']}\n{part_of(mail, 'plain')}" for mail in mails]


def link_in(text: str, path: str) -> str:
    """Return the first link of a text whose address contains ``path``."""
    found = re.search(rf"http://\S+{path}\S*", text)
    assert found, text
    return found[0]


def mailed_link(folder: Path, recipient: str, path: str) -> str:
    """Return the link in the newest e-mail to this address that has one; wait for the daemon."""
    deadline = time.monotonic() + TIMEOUT_S
    while not any(path in mail for mail in mails_to(folder, recipient)):
        assert time.monotonic() < deadline, f"no e-mail to {recipient} has a link to {path}"
        time.sleep(0.1)
    return link_in("\n".join(mails_to(folder, recipient)), path)
