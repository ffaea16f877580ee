"""Emails about accounts."""

from __future__ import annotations

from datetime import timedelta

from flask import url_for

from portal.models import Merchant
from portal.services.accounts.change_email import CHANGE_TTL, RequestedChange
from portal.services.accounts.change_password import RESET_TTL_S, reset_token_for
from portal.services.accounts.sign_up import LINK_TTL_S, sign_up_token
from portal.services.runtime import Runtime
from portal.web.emails import absolute_url, send_email


def send_invitation(runtime: Runtime, email: str, *, next_page: str | None = None) -> None:
    """Email a link to create an account, or a note that the address already has one.

    After the sign-in, the merchant continues at ``next_page``. Both emails take the same code path,
    so an observer cannot find out whether the account exists.
    """
    token = sign_up_token(runtime.settings.secret_keys, email)
    if token is None:
        name, path = "known_account", url_for("accounts.sign_in", next=next_page)
    else:
        name = "invitation"
        path = url_for("accounts.set_password", token=token, next=next_page)
    expires_in = timedelta(seconds=LINK_TTL_S)
    send_email(runtime, name, email, expires_in=expires_in, link=absolute_url(runtime, path))


def send_reset_link(runtime: Runtime, email: str) -> None:
    """Email a link to set a new password, or a note that the address has no account.

    Both emails take the same code path, as for a sign-up.
    """
    token = reset_token_for(runtime.settings.secret_keys, email)
    if token is None:
        name, path = "no_account", url_for("accounts.sign_up_form")
    else:
        name, path = "reset_password", url_for("accounts.reset", token=token)
    expires_in = timedelta(seconds=RESET_TTL_S)
    send_email(runtime, name, email, expires_in=expires_in, link=absolute_url(runtime, path))


def send_email_change(
    runtime: Runtime, merchant: Merchant, new_email: str, asked: RequestedChange
) -> None:
    """Email both addresses of an address change.

    If the new address already has an account, only an email to that address says so, never a page.
    """
    name = "email_change_new" if asked.is_free else "email_change_taken"
    for template, to, token in (
        (name, new_email, asked.new_token),
        ("email_change_old", merchant.email, asked.old_token),
    ):
        link = absolute_url(runtime, url_for("account.confirm_email", token=token))
        send_email(
            runtime,
            template,
            to,
            merchant_id=merchant.id,
            expires_in=CHANGE_TTL,
            locale=merchant.locale,
            new_email=new_email,
            old_email=merchant.email,
            link=link,
        )


def send_account_changed(
    runtime: Runtime, merchant: Merchant, what: str, *, to: str | None = None
) -> None:
    """Notify the merchant by email of a change (a key of the template's texts).

    The email warns them if somebody else made the change. ``to`` is another address than theirs.
    """
    link = absolute_url(runtime, url_for("accounts.forgot"))
    send_email(
        runtime,
        "account_changed",
        to or merchant.email,
        merchant_id=merchant.id,
        locale=merchant.locale,
        what=what,
        link=link,
    )


def send_account_deleted(runtime: Runtime, merchant: Merchant) -> None:
    """Email a confirmation to the address of a deleted account."""
    link = absolute_url(runtime, url_for("home.index"))
    send_email(runtime, "account_deleted", merchant.email, locale=merchant.locale, link=link)
