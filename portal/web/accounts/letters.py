"""Write the letters that accounts need."""

from __future__ import annotations

from flask import render_template, url_for
from flask_babel import gettext as _

from portal.services.runtime import Runtime
from portal.services.sign_up import invitation_for


def send_invitation(runtime: Runtime, email: str) -> None:
    """Mail the link that makes an account, or a note that the address has one.

    Raises MailError. Both letters take the same way, so nobody outside can tell them apart.
    """
    token = invitation_for(runtime.settings.secret_key, email)
    base = runtime.settings.portal_url
    if token is None:
        subject, template = _("You have an account already"), "email/known_account.txt"
        link = f"{base}{url_for('accounts.sign_in')}"
    else:
        subject, template = _("Confirm your e-mail address"), "email/invitation.txt"
        link = f"{base}{url_for('accounts.set_password', token=token)}"
    text = render_template(template, link=link)
    runtime.mailer.send(to=email, subject=subject, text=text)
