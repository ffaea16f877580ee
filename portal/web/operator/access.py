"""Access check of the operator pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import abort
from flask.typing import ResponseReturnValue
from flask_login import current_user

Arguments = ParamSpec("Arguments")
View = Callable[Arguments, ResponseReturnValue]


def operator_required(view: View[Arguments]) -> View[Arguments]:
    """Decorator that responds with 404 to everybody but operators, as if the page did not exist."""

    @wraps(view)
    def checked(*args: Arguments.args, **kwargs: Arguments.kwargs) -> ResponseReturnValue:
        if not (current_user.is_authenticated and current_user.merchant.is_operator):
            abort(404)
        return view(*args, **kwargs)

    return checked
