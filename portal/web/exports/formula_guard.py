"""Choice of the formula guard in the URL of a download."""

from __future__ import annotations

from flask import abort, request

from portal.rules.records.formula_guard import FormulaGuard


def chosen_guard() -> FormulaGuard:
    """Return the guard that the URL names; respond with 422 if there is no such guard."""
    try:
        return FormulaGuard(request.args.get("formula_guard", FormulaGuard.STANDARD))
    except ValueError:
        abort(422)
