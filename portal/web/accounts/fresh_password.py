"""Password confirmation before an action that cannot be undone."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask.typing import ResponseReturnValue

from portal.web.accounts.forms import PasswordForm

View = Callable[..., ResponseReturnValue]


def fresh_password_required(
    form_class: type[PasswordForm], page: Callable[..., str]
) -> Callable[[View], View]:
    """Decorator that runs the view only if its form is valid, including the merchant's password.

    The view receives the valid ``form``. A GET shows ``page``, and an invalid form shows it again
    with 422; ``page`` receives the form and the URL's variables. Apply it below ``login_required``
    and the rate limit that counts wrong passwords.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(**variables: Any) -> ResponseReturnValue:
            form = form_class()
            if not form.is_submitted():
                return page(form, **variables)
            if not form.validate():
                return page(form, **variables), 422
            return view(form, **variables)

        return checked

    return decorate
