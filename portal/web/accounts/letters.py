"""Write the letters that accounts need."""

from __future__ import annotations

from flask import url_for

from portal.services.runtime import Runtime
from portal.services.sign_up import invitation_for
from portal.web.letters import full_address, send_letter


def send_invitation(runtime: Runtime, email: str, *, next_page: str | None = None) -> None:
    """Mail the link that makes an account, or a note that the address has one.

    ``next_page`` is where to go on then. Raises MailError. Both letters take the same way, so
    nobody outside can tell them apart.
    """
    token = invitation_for(runtime.settings.secret_key, email)
    if token is None:
        name, path = "known_account", url_for("accounts.sign_in", next=next_page)
    else:
        name = "invitation"
        path = url_for("accounts.set_password", token=token, next=next_page)
    send_letter(runtime, name, email, link=full_address(runtime, path))
