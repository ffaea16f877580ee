"""Switch of the language in the footer of every page."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal.services.accounts.language import choose_language
from portal.web.accounts.next_page import is_safe_next
from portal.web.languages.choice import remember_language
from portal.web.languages.offered import offered_language
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import signed_in_merchant

blueprint = Blueprint("languages", __name__)


@blueprint.post("/language")
@limiter.limit(CONTROL_BY_ADDRESS)
def switch() -> ResponseReturnValue:
    """Show pages in another language from now on, in this browser and for this account.

    Needs no CSRF token, so that pages for anonymous visitors need no session: another site can't
    send the session cookie with a form, so it could only change the language of this browser.
    """
    language = offered_language(request.form.get("language"))
    if language is None:
        abort(422)
    target = request.form.get("next", "")
    response = redirect(target if is_safe_next(target) else "/", 303)
    remember_language(response, language)
    if current_user.is_authenticated:
        choose_language(signed_in_merchant(), language)
    return response
