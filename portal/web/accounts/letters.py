"""Write the letters that accounts need."""

from __future__ import annotations

from flask import url_for
from flask_babel import get_locale

from portal.letters import write_letter
from portal.services.runtime import Runtime
from portal.services.sign_up import invitation_for


def send_invitation(runtime: Runtime, email: str, *, next_page: str | None = None) -> None:
    """Mail the link that makes an account, or a note that the address has one.

    ``next_page`` is where to go on then. Raises MailError. Both letters take the same way, so
    nobody outside can tell them apart.
    """
    token = invitation_for(runtime.settings.secret_key, email)
    base = runtime.settings.portal_url
    if token is None:
        name, link = "known_account", f"{base}{url_for('accounts.sign_in', next=next_page)}"
    else:
        target = url_for("accounts.set_password", token=token, next=next_page)
        name, link = "invitation", f"{base}{target}"
    letter = write_letter(name, portal_url=base, locale=str(get_locale()), link=link)
    runtime.mailer.send(letter, to=email)
