"""E-mails that the demo has written to its directory."""

from __future__ import annotations

import email
import email.policy
import re
from pathlib import Path


def mails_to(folder: Path, recipient: str) -> list[str]:
    """Return subject and text of the emails to this address, newest first."""
    texts = []
    for path in sorted(folder.glob("*.eml"), reverse=True):
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        if mail["To"] == recipient:
            body = mail.get_body(("plain",)).get_content()  # type: ignore[attr-defined]
            texts.append(f"{mail['Subject']}\n{body}")
    return texts


def link_in(text: str, path: str) -> str:
    """Return the first link of a text whose address contains ``path``."""
    found = re.search(rf"http://\S+{path}\S*", text)
    assert found, text
    return found[0]


def mailed_link(folder: Path, recipient: str, path: str) -> str:
    """Return the link in the newest e-mail to this address that has one."""
    return link_in("\n".join(mails_to(folder, recipient)), path)
