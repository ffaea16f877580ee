"""Security events of changes: derived from the audit log, so that no view can forget them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from http import HTTPStatus

from flask import Flask, Response, g

from portal.models import AuditLogEntry, set_audit_observer
from portal.rules.accounts.security_event_kinds import KINDS_OF_ACTIONS
from portal.web.security_events import note_security_event

_ACCOUNT = re.compile(r"merchant (\d+)", re.ASCII)


def set_up_audited_changes(app: Flask) -> None:
    """Record the security events of each request's audit log entries once it has succeeded."""

    @app.before_request
    def observe() -> None:
        g.audited = []
        set_audit_observer(g.audited.append)

    @app.after_request
    def record(response: Response) -> Response:
        if response.status_code < HTTPStatus.BAD_REQUEST:
            for entry in _changes(g.get("audited", ())):
                note_security_event(
                    KINDS_OF_ACTIONS[entry.action], account_of(entry), store_id=entry.store_id
                )
        return response

    @app.teardown_request
    def stop_observing(_error: BaseException | None) -> None:
        # The thread serves other requests.
        set_audit_observer(None)


def _changes(entries: Sequence[AuditLogEntry]) -> Sequence[AuditLogEntry]:
    """Return one entry of each change; a change of many stores has an entry for each of them."""
    first: dict[tuple[str, str], AuditLogEntry] = {}
    for entry in entries:
        if entry.action in KINDS_OF_ACTIONS:
            first.setdefault((entry.action, entry.target), entry)
    return list(first.values())


def account_of(entry: AuditLogEntry) -> int | None:
    """Return the account that an entry changed: its target, or else its actor's."""
    target = _ACCOUNT.fullmatch(entry.target)
    return int(target[1]) if target else entry.actor_id
