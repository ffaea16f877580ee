"""Page that a merchant sees after signing in."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request, session, url_for
from flask_login import current_user

from portal.web.accounts.blueprint import blueprint
from portal.web.login import CLAIM_TOKENS, signed_in_merchant

# Pages that nobody wants to come back to. A callback's address works once, and has a secret.
_NO_RETURN = ("home.index", "connect.callback")


def is_safe_next(target: str) -> bool:
    """Return whether ``target`` is a path of this portal that cannot redirect to another site.

    Browsers treat a backslash as a slash and skip control characters, so both are rejected.
    """
    if not target.startswith("/") or not target.isprintable() or "\\" in target:
        return False
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    return not parts.netloc and not target.startswith("//")


def safe_next() -> str | None:
    """Return the URL's ``next`` path; None if it is missing or leads to another site."""
    target = request.args.get("next", "")
    return target if is_safe_next(target) else None


@blueprint.app_template_global()
def page_after_sign_in() -> str | None:
    """Return the path to continue at after a sign-in that starts at this page; None for no path.

    That is the page itself or, if the page belongs to the sign-in, its own ``next``. An install
    that waits in this browser is confirmed first.
    """
    is_sign_in = request.blueprint == "accounts"
    if is_sign_in and safe_next():
        return safe_next()
    if session.get(CLAIM_TOKENS):
        return url_for("connect.confirm")
    is_page = request.method == "GET" and request.endpoint is not None
    if is_sign_in or not is_page or request.endpoint in _NO_RETURN:
        return None
    return request.full_path.rstrip("?")


def next_page() -> str:
    """Return the URL's ``next`` path, or the start page of the person who is signed in."""
    return safe_next() or start_page()


def start_page() -> str:
    """Return the URL of all stores for an operator, and of the own stores for a merchant.

    An operator without a second factor sets it up first.
    """
    if not signed_in_merchant().is_operator:
        return url_for("stores.index")
    if not current_user.has_second_factor:
        return url_for("account.second_factor", next=url_for("operator.stores"))
    return url_for("operator.stores")
