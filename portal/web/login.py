"""Know who is signed in: a cookie names the merchant and a sign-in, which is a row."""

from __future__ import annotations

from flask import Flask, Response, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from peewee import InterfaceError, OperationalError

from portal.models import Merchant
from portal.services.accounts.browser_sessions import (
    browser_session_with,
    end_browser_session,
    open_browser_session,
)

# An install that began at Ecwid, and a link to connect by, wait for the sign-in; everything else is
# forgotten there.
PARKED_INSTALL = "connect_parked"
CONNECT_LINK = "connect_link"
KEPT_OVER_SIGN_IN = (PARKED_INSTALL, CONNECT_LINK)


class SignedIn(UserMixin):
    """Wrap a merchant and this browser's sign-in for Flask-Login."""

    def __init__(self, merchant: Merchant, session_id: int, token: str) -> None:
        self.merchant = merchant
        self.session_id = session_id
        self._token = token

    def get_id(self) -> str:
        """Return what the cookie keeps."""
        return f"{self.merchant.id}:{self._token}"


def set_up_login(app: Flask) -> None:
    """Load the signed-in merchant of each request; send strangers to the sign-in page."""
    logins = LoginManager(app)
    logins.session_protection = None  # A phone changes its address; the cookie is signed anyway.

    @logins.user_loader
    def load(kept: str) -> SignedIn | None:
        number, _colon, token = kept.partition(":")
        if not number.isdecimal():
            return None
        try:
            found = browser_session_with(int(number), token)
        except (OperationalError, InterfaceError):
            # The page that says so is shown to everybody alike.
            return None
        return None if found is None else SignedIn(found.merchant, found.id, token)

    @logins.unauthorized_handler
    def ask_to_sign_in() -> ResponseReturnValue:
        if request.headers.get("HX-Request"):
            # A part of a page is asked for: the page as a whole has to be loaded again.
            return "", 401, {"HX-Refresh": "true"}
        flash(_("Please sign in first."), "info")
        # A form can't be sent again after the sign-in, so its own page is where to go on.
        target = request.full_path.rstrip("?") if request.method == "GET" else request.path
        return redirect(url_for("accounts.sign_in", next=target), 303)

    @app.after_request
    def keep_private(response: Response) -> Response:
        if current_user and current_user.is_authenticated and request.endpoint != "static":
            response.cache_control.no_store = True
        return response


def signed_in_merchant() -> Merchant:
    """Return the merchant of this request; only behind ``login_required``."""
    merchant: Merchant = current_user.merchant
    return merchant


def this_session_id() -> int:
    """Return which of the merchant's sign-ins this browser's is; only behind ``login_required``."""
    number: int = current_user.session_id
    return number


def begin_session(merchant: Merchant) -> None:
    """Sign ``merchant`` in with a session that shares nothing with the one before."""
    kept = {name: session[name] for name in KEPT_OVER_SIGN_IN if name in session}
    session.clear()
    session.update(kept)
    session.permanent = True
    opened, token = open_browser_session(
        merchant, address=request.remote_addr or "", agent=request.user_agent.string
    )
    login_user(SignedIn(merchant, opened.id, token))


def end_session() -> None:
    """Sign out of this browser."""
    end_browser_session(signed_in_merchant(), this_session_id())
    forget_session()


def forget_session() -> None:
    """Empty this browser's cookie, whose sign-in is over."""
    logout_user()
    session.clear()
