"""Tries of passwords and codes at the sign-in; they have to wait after too many wrong ones."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta

import structlog
from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import format_timedelta
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from portal.models import Merchant
from portal.rules.accounts.security_event_kinds import SecurityEventKind
from portal.rules.accounts.sign_in_throttle import Origin
from portal.services.accounts.sign_up import email_key
from portal.services.sign_in_throttle import CODE, PASSWORD
from portal.web.known_browsers import origin_of_try, remember_browser
from portal.web.runtime import current_runtime
from portal.web.security_events import note_security_event

log = structlog.get_logger(__name__)

MINUTE_S = 60


@dataclass(frozen=True)
class SignInTry:
    """A try that is counted as wrong; it may only be checked if ``wait_s`` is 0."""

    kind: str
    account: str
    merchant: Merchant | None
    origin: Origin
    wait_s: float

    @classmethod
    def of_password(cls, email: str) -> SignInTry:
        """Count a try of a password, whether or not the address has an account."""
        return cls._begin(PASSWORD, email, Merchant.with_email(email))

    @classmethod
    def of_code(cls, merchant: Merchant) -> SignInTry:
        """Count a try of a code."""
        return cls._begin(CODE, merchant.email, merchant)

    @classmethod
    def _begin(cls, kind: str, email: str, merchant: Merchant | None) -> SignInTry:
        account, origin = email_key(email), origin_of_try(merchant)
        wait_s = current_runtime().sign_in_throttle.begin(kind, account, origin)
        if wait_s:
            note_security_event(SecurityEventKind.LIMIT_REACHED, merchant)
            log.warning(
                "sign_in.must_wait",
                kind=kind,
                merchant=merchant and merchant.id,
                network=origin.network,
                is_known_browser=origin.browser is not None,
                wait_s=round(wait_s),
            )
        return cls(kind, account, merchant, origin, wait_s)

    def succeed(self) -> None:
        """Forget the failures of this caller: the password or the code was right."""
        current_runtime().sign_in_throttle.succeed(self.kind, self.account, self.origin)

    def refuse(self, page: str, form: FlaskForm, **context: object) -> ResponseReturnValue:
        """Show the page again, with the time that the person has to wait."""
        wait_s = math.ceil(self.wait_s)
        if wait_s > MINUTE_S:
            wait_s = math.ceil(wait_s / MINUTE_S) * MINUTE_S
        wait = format_timedelta(timedelta(seconds=wait_s), granularity="second", threshold=1)
        if self.kind == PASSWORD:
            problem = _(
                "Too many wrong passwords for this account. Wait %(wait)s, or choose “Forgot "
                "your password?” to sign in with an emailed link now.",
                wait=wait,
            )
        else:
            problem = _(
                "Too many wrong codes for this account. Wait %(wait)s and try again.", wait=wait
            )
        text = render_template(page, form=form, problem=problem, **context)
        return text, 429, {"Retry-After": str(wait_s)}


def let_in_after_reset(merchant: Merchant) -> None:
    """Forget the wrong passwords of an account whose emailed link was used, and know the browser.

    Wrong codes still count: a person who reads the mailbox could else try any number of them.
    """
    current_runtime().sign_in_throttle.clear(email_key(merchant.email), PASSWORD)
    remember_browser(Merchant.get_by_id(merchant.id))
