"""Sign-in of merchants: the cookie names the merchant and a row of `BrowserSession`."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask, Response, flash, redirect, request, session, url_for
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from peewee import InterfaceError, OperationalError

from portal.models import (
    SESSION_LIFETIME,
    Actor,
    BrowserSession,
    Merchant,
    current_actor,
    set_actor,
)
from portal.rules.accounts.security_event_kinds import SecurityEventKind
from portal.services.accounts.browser_sessions import (
    browser_session_by_token,
    end_browser_session,
    open_browser_session,
)
from portal.services.accounts.language import note_language
from portal.services.accounts.second_factor import has_second_factor
from portal.services.accounts.security_notices import has_signed_in, notify_of_new_browser
from portal.web.browser_names import browser_name
from portal.web.known_browsers import known_browser, remember_browser
from portal.web.languages.choice import language_of_browser
from portal.web.runtime import current_runtime
from portal.web.security_events import note_security_event

# Signing in clears the session except for these: the claim tokens of installs that were started at
# Ecwid with what is known of them, and an onboarding link.
CLAIM_TOKENS = "claim_tokens"
PARKED_DETAILS = "parked_details"
CONNECT_LINK = "connect_link"
KEPT_OVER_SIGN_IN = (CLAIM_TOKENS, PARKED_DETAILS, CONNECT_LINK)
# When the session of this browser ends at the latest, in seconds since 1970.
ENDS_AT = "ends_at"
# Endpoints whose responses are the same for all users, so browsers may cache them.
SHARED_FILES = ("static", "assets.styles")


class PageSessions(SecureCookieSessionInterface):
    """Session cookies that are never set on responses shared by all users.

    A shared cache could hand the cookie to another user, and ``Vary: Cookie`` would make browsers
    load the file again with each new cookie.
    """

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie unless the response is a shared file."""
        if request.endpoint not in SHARED_FILES:
            super().save_session(app, session, response)

    def get_expiration_time(self, app: Flask, session: SessionMixin) -> datetime | None:
        """Return when the browser deletes the cookie: never after the end of its session."""
        expires_at = super().get_expiration_time(app, session)
        if expires_at is None or ENDS_AT not in session:
            return expires_at
        return min(expires_at, datetime.fromtimestamp(session[ENDS_AT], UTC))


class SignedIn(UserMixin):
    """Flask-Login's user: a merchant and their session in this browser.

    ``has_second_factor`` is as it was when the request began.
    """

    def __init__(self, opened: BrowserSession, token: str, *, has_second_factor: bool) -> None:
        self.merchant: Merchant = opened.merchant
        self.session_id: int = opened.id
        self.confirmed_at: datetime | None = opened.confirmed_at
        self.has_second_factor = has_second_factor
        self._token = token

    def get_id(self) -> str:
        """Return the user ID that Flask-Login stores in the cookie."""
        return f"{self.merchant.id}:{self._token}"


def set_up_login(app: Flask) -> None:
    """Load the signed-in merchant of each request; redirect anonymous users to the sign-in page."""
    app.session_interface = PageSessions()
    logins = LoginManager(app)
    logins.session_protection = (
        None  # A phone changes its IP address often. The cookie is signed in any case.
    )

    @logins.user_loader
    def load(kept: str) -> SignedIn | None:
        number, _colon, token = kept.partition(":")
        if not number.isdecimal():
            return None
        try:
            found = browser_session_by_token(int(number), token)
        except (OperationalError, InterfaceError):
            # The error page for the outage needs no signed-in user.
            return None
        if found is None:
            return None
        _act_as(found.merchant)
        return SignedIn(found, token, has_second_factor=bool(found.has_second_factor))

    @app.teardown_request
    def forget_actor(_error: BaseException | None) -> None:
        # The thread serves other requests, which must not see this actor.
        set_actor(None)

    @logins.unauthorized_handler
    def ask_to_sign_in() -> ResponseReturnValue:
        if request.headers.get("HX-Request"):
            # An htmx request would put the sign-in page into a part of the page. Reload the whole
            # page.
            return "", 401, {"HX-Refresh": "true"}
        flash(_("Please sign in first."), "info")
        # A form can't be sent again after the sign-in. Continue at the page that shows the form.
        target = request.full_path.rstrip("?") if request.method == "GET" else request.path
        return redirect(url_for("accounts.sign_in", next=target), 303)

    @app.after_request
    def keep_private(response: Response) -> Response:
        is_shared = request.endpoint in SHARED_FILES
        if not is_shared and current_user and current_user.is_authenticated:
            response.cache_control.no_store = True
        return response


def _act_as(merchant: Merchant) -> None:
    """Name the person in the audit log, but not for the call of an API key from their browser."""
    if current_actor() is None:
        set_actor(Actor(merchant))


def signed_in_merchant() -> Merchant:
    """Return the merchant of this request; only valid in views with ``login_required``."""
    merchant: Merchant = current_user.merchant
    return merchant


def this_session_id() -> int:
    """Return the ID of this browser's `BrowserSession`; only valid with ``login_required``."""
    number: int = current_user.session_id
    return number


def begin_session(merchant: Merchant) -> None:
    """Sign ``merchant`` in, record it as a security event, and email them about a new browser.

    The first sign-in of an account is with no new browser.
    """
    is_new_browser = known_browser(merchant) is None and has_signed_in(merchant)
    open_session(merchant)
    note_language(merchant, language_of_browser())
    note_security_event(SecurityEventKind.SIGNED_IN, merchant)
    if is_new_browser:
        note_security_event(SecurityEventKind.NEW_BROWSER, merchant)
        notify_of_new_browser(
            current_runtime(),
            merchant,
            browser=browser_name(request.user_agent.string),
            ip_address=request.remote_addr or "",
        )


def open_session(merchant: Merchant) -> None:
    """Sign ``merchant`` in with a new session, which keeps only `KEPT_OVER_SIGN_IN`.

    Call it after a full sign-in, because the session counts as just confirmed.
    """
    kept = {name: session[name] for name in KEPT_OVER_SIGN_IN if name in session}
    session.clear()
    session.update(kept)
    session.permanent = True
    opened, token = open_browser_session(
        merchant, ip_address=request.remote_addr or "", user_agent=request.user_agent.string
    )
    session[ENDS_AT] = int((opened.started_at + SESSION_LIFETIME).timestamp())
    login_user(SignedIn(opened, token, has_second_factor=has_second_factor(merchant)))
    remember_browser(merchant)


def end_session() -> None:
    """Sign out of this browser."""
    end_browser_session(signed_in_merchant(), this_session_id())
    forget_session()


def forget_session() -> None:
    """Clear this browser's cookie after its session has ended."""
    logout_user()
    session.clear()
