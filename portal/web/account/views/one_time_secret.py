"""Redirect to a page that shows a new secret once; a reload creates no second one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import login_required

from portal.services.accounts.one_time_secrets import (
    OneTimeSecret,
    keep_one_time_secret,
    take_one_time_secret,
)
from portal.web.account.blueprint import blueprint
from portal.web.label import Text
from portal.web.login import this_session_id
from portal.web.runtime import current_runtime
from portal.web.secret_pages import note_secret


@dataclass(frozen=True)
class SecretPage:
    """Texts of the page of one kind of secret; ``endpoint`` is the page to go to after it."""

    title: Text
    field: Text
    warning: Text
    done: Text
    lost: Text
    back: Text
    endpoint: str
    has_signature: bool = False


_COPIED = _l("I've copied it")
_SIGNING = _l(
    "Copy it now. We show it only once. Your app uses it to verify that a webhook is from us."
)

SECRET_PAGES: Mapping[str, SecretPage] = {
    "api-key": SecretPage(
        _l("Your new API key"),
        _l("API key"),
        _l("Copy it now and store it as a secret. We can't show it again."),
        _COPIED,
        _l("If you didn't copy the key, rotate it to get a new one."),
        _l("See API keys"),
        "api_keys.index",
    ),
    "signing-secret": SecretPage(
        _l("Your signing secret"),
        _l("Signing secret"),
        _SIGNING,
        _COPIED,
        _l("If you didn't copy the secret, rotate it on the page of the endpoint."),
        _l("See webhooks"),
        "endpoints.index",
        has_signature=True,
    ),
    "alert-secret": SecretPage(
        _l("Signing secret of the alert channel"),
        _l("Signing secret"),
        _SIGNING,
        _COPIED,
        _l("If you didn't copy the secret, delete the alert channel and add it again."),
        _l("See alerts"),
        "operator.alerts",
        has_signature=True,
    ),
    "channel-key": SecretPage(
        _l("The channel's new API key"),
        _l("API key"),
        _l("Copy it now and give it to the channel's team as a secret. We can't show it again."),
        _COPIED,
        _l("If you didn't copy the key, revoke it on the page of the channel and add a new one."),
        _l("See channels"),
        "operator.channels",
    ),
    "recovery-codes": SecretPage(
        _l("Your recovery codes"),
        _l("All codes"),
        _l(
            "Print these codes or save them in your password manager. Each one works once, if you "
            "lose your app or passkey. We can't show them again."
        ),
        _l("I've saved my codes"),
        _l("If you didn't save the codes, create new ones."),
        _l("See two-step verification"),
        "account.second_factor",
    ),
}


def redirect_to_secret(kind: str, texts: Sequence[str], **facts: str | None) -> ResponseReturnValue:
    """Keep a new secret for this browser, and redirect to the page that shows it.

    ``facts`` are its ``name``, a ``note``, a ``header`` to copy, and the URL ``back``.
    """
    secret = OneTimeSecret(kind, list(texts), facts)
    keep_one_time_secret(current_runtime().sealer, this_session_id(), secret)
    return redirect(url_for("account.one_time_secret", secret_kind=kind), 303)


@blueprint.get(f"/new-secret/<any({', '.join(map(repr, SECRET_PAGES))}):secret_kind>")
@login_required
def one_time_secret(secret_kind: str) -> ResponseReturnValue:
    """Show a new secret to its first reader; afterwards say what to do without it."""
    page, secret = SECRET_PAGES[secret_kind], None
    note_secret()
    if request.method == "GET":  # HEAD must not use it up
        sealer = current_runtime().sealer
        secret = take_one_time_secret(sealer, this_session_id(), secret_kind)
    return render_template(
        "account/one_time_secret.html", page=page, secret=secret, back=url_for(page.endpoint)
    )
