"""Access checks of the operator pages.

Merchants get 404, as if the pages did not exist. Visitors who are not signed in are asked to sign
in, because operators follow links in e-mails. Operators without a second factor are asked to set
one up.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import abort, current_app
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal.rules.accounts.security_event_kinds import SecurityEventKind
from portal.web.accounts.required_factor import require_second_factor_of_operator
from portal.web.login import signed_in_merchant
from portal.web.security_events import note_security_event

Arguments = ParamSpec("Arguments")
View = Callable[Arguments, ResponseReturnValue]


def operator_required(view: View[Arguments]) -> View[Arguments]:
    """Decorator that admits operators of any role; merchants get 404."""

    @wraps(view)
    def checked(*args: Arguments.args, **kwargs: Arguments.kwargs) -> ResponseReturnValue:
        if not current_user.is_authenticated:
            answer: ResponseReturnValue = current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
            return answer
        if not signed_in_merchant().is_operator:
            note_security_event(SecurityEventKind.OPERATOR_PAGE_REFUSED)
            abort(404)
        require_second_factor_of_operator()
        return view(*args, **kwargs)

    return checked


def admin_required(view: View[Arguments]) -> View[Arguments]:
    """Decorator that admits operators with the role admin; support gets 403, merchants 404."""

    @operator_required
    @wraps(view)
    def checked(*args: Arguments.args, **kwargs: Arguments.kwargs) -> ResponseReturnValue:
        if not signed_in_merchant().is_admin:
            note_security_event(SecurityEventKind.OPERATOR_PAGE_REFUSED)
            abort(403)
        return view(*args, **kwargs)

    return checked
