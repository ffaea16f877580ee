"""Response to a request for an emailed link; it never reveals whether the account exists."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from portal.errors import MailError, MailRejectedError
from portal.web.runtime import current_runtime

log = structlog.get_logger(__name__)


def respond_with_emailed_link(
    page: str,
    form: FlaskForm,
    send: Callable[[], None],
    *,
    hours: int = 24,
    page_sent: str = "accounts/link_sent.html",
) -> ResponseReturnValue:
    """Call ``send`` and show that the link was sent, or why it could not be sent.

    ``page`` shows ``form`` again if the address is rejected. ``hours`` is the link's lifetime.
    """
    try:
        send()
    except MailRejectedError as error:
        log.warning("emailed_link.rejected", problem=str(error))
        form.email.errors = [_("No mail can be sent to this address. Look for a typing error.")]
        return render_template(page, form=form), 422
    except MailError as error:
        log.error("emailed_link.failed", problem=str(error))
        return render_template("accounts/email_failed.html"), 503
    folder = current_runtime().mailer.folder
    return render_template(page_sent, email=form.email.data, folder=folder, hours=hours)
