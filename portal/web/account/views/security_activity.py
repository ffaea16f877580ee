"""Security activity of the account: refused tries and sign-ins, and changes of the account."""

from __future__ import annotations

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from portal.models import AuditLogEntry, Merchant
from portal.services.accounts.list_security_events import (
    SecurityEventFilter,
    list_account_changes,
    list_security_events,
)
from portal.web.account.blueprint import blueprint
from portal.web.login import signed_in_merchant
from portal.web.pagination import id_param


@blueprint.get("/security")
@login_required
def security_activity() -> ResponseReturnValue:
    """List the account's security events, newest first."""
    page = list_security_events(
        SecurityEventFilter(merchant_id=signed_in_merchant().id),
        after=id_param("after"),
        before=id_param("before"),
    )
    return render_template(
        "account/security_activity.html",
        tabs=_tabs(),
        events=page.rows,
        earlier=page.earlier and url_for(".security_activity", before=page.earlier),
        later=page.later and url_for(".security_activity", after=page.later),
    )


@blueprint.get("/security/changes")
@login_required
def account_changes() -> ResponseReturnValue:
    """List the changes of the account in the audit log, newest first."""
    merchant = signed_in_merchant()
    page = list_account_changes(merchant, after=id_param("after"), before=id_param("before"))
    return render_template(
        "account/account_changes.html",
        tabs=_tabs(is_changes=True),
        entries=[(entry, _author(entry, merchant)) for entry in page.rows],
        earlier=page.earlier and url_for(".account_changes", before=page.earlier),
        later=page.later and url_for(".account_changes", after=page.later),
    )


def _tabs(*, is_changes: bool = False) -> list[tuple[str, str, bool]]:
    return [
        (_("Sign-ins and failed attempts"), url_for(".security_activity"), not is_changes),
        (_("Account changes"), url_for(".account_changes"), is_changes),
    ]


def _author(entry: AuditLogEntry, merchant: Merchant) -> str:
    """Return who made a change; operators are not named."""
    if entry.actor_name == f"merchant {merchant.id}":
        return _("You")
    if entry.actor_id == merchant.id:
        return _("One of your API keys")
    return _("Support")
