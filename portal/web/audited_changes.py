"""Security events and notices of changes, derived from the audit log: no view can forget them."""

from __future__ import annotations

import re
from http import HTTPStatus

from flask import Flask, Response, g

from portal.models import AuditLogEntry, set_audit_observer
from portal.rules.accounts.security_event_kinds import KINDS_OF_ACTIONS
from portal.services.accounts.security_notices import notify_of_change
from portal.web.runtime import current_runtime
from portal.web.security_events import note_security_event

_ACCOUNT = re.compile(r"merchant (\d+)", re.ASCII)


def set_up_audited_changes(app: Flask) -> None:
    """Queue notices in the transaction of a change, and record it if the request succeeds."""

    @app.before_request
    def observe() -> None:
        g.audited = {}
        set_audit_observer(_observe)

    @app.after_request
    def record(response: Response) -> Response:
        if response.status_code < HTTPStatus.BAD_REQUEST:
            for entry in g.get("audited", {}).values():
                note_security_event(
                    KINDS_OF_ACTIONS[entry.action], account_of(entry), store_id=entry.store_id
                )
        return response

    @app.teardown_request
    def stop_observing(_error: BaseException | None) -> None:
        # The thread serves other requests.
        set_audit_observer(None)


def _observe(entry: AuditLogEntry) -> None:
    """Keep one entry of each change; a change of many stores has an entry for each of them."""
    change = (entry.action, entry.target)
    if entry.action in KINDS_OF_ACTIONS and change not in g.audited:
        g.audited[change] = entry
        notify_of_change(current_runtime(), entry)


def account_of(entry: AuditLogEntry) -> int | None:
    """Return the account that an entry changed: its target, or else its actor's."""
    target = _ACCOUNT.fullmatch(entry.target)
    return int(target[1]) if target else entry.actor_id
