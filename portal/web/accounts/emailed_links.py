"""Response to a request for an emailed link; it never reveals whether the account exists."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.services.notifications.queued_emails import is_mail_delayed
from portal.web.runtime import current_runtime


def show_link_sent(
    email: str, *, hours: int = 24, page: str = "accounts/link_sent.html"
) -> ResponseReturnValue:
    """Show that the daemon sends the link now, or later while the mail server doesn't work.

    ``hours`` is the link's lifetime.
    """
    folder = current_runtime().mailer.folder
    return render_template(
        page, email=email, folder=folder, hours=hours, is_delayed=is_mail_delayed()
    )
