"""Every change that a person or an API key makes is in the audit log, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from peewee import PeeweeException
from werkzeug.test import TestResponse

from portal.models import TABLES, AuditLogEntry, database
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.accounts.operator_roles import OperatorRole
from portal.rules.api_keys.key_scopes import KeyScope
from portal.services.api_keys.keys import create_key
from portal.services.runtime import Runtime
from tests.factories import make_merchant
from tests.web.access_table import ROUTES
from tests.web.change_requests import CHANGES, EXEMPT, Change, World
from tests.web.conftest import PASSWORD_HASH, Visitor
from tests.web.route_rows import make_rows

# Columns that authentication writes, and the tables of rows that only carry work.
TIMES_OF_USE = {"last_seen_at", "last_used_at", "last_used_from"}
OTHER_TABLES = {"lease", "audit_log_entry"}
# Ecwid is asked before the transaction; the timeline says what was removed there.
CHANGED_AT_ECWID_FIRST = {"POST stores.disconnect"}
REFUSE_ENTRIES = "ALTER TABLE audit_log_entry RENAME TO audit_log_that_is_gone"


@pytest.fixture
def world(runtime: Runtime) -> World:
    """A small but complete store, and people of every kind."""
    people = {
        name: make_merchant(
            email=f"{name}@example.com",
            password_hash=PASSWORD_HASH,
            operator_role=OperatorRole(name) if name in set(OperatorRole) else None,
        )
        for name in ("owner", "staff", "guest", "support", "admin")
    }
    rows = make_rows(runtime, people["owner"], people["staff"], invited=people["guest"])
    return World(runtime, rows, people)


class Sender:
    """Browsers of the people and an API key of the owner; each request is rolled back."""

    def __init__(self, app: Flask, world: World) -> None:
        self.app, self.world, self.number = app, world, 0
        self.rules = {
            f"{method} {rule.endpoint}": (method, rule)
            for rule in app.url_map.iter_rules()
            for method in rule.methods or ()
        }
        self.browsers = {
            name: Visitor(app).force_login(person) for name, person in world.people.items()
        }
        made = create_key(world.owner, "tests", KeyScope)
        assert made is not None
        self.key = made

    def send(self, name: str, change: Change, more: dict[str, Any]) -> TestResponse:
        """Send the request of a route from an IP address that no rate limit has counted."""
        method, rule = self.rules[name]
        values = {**self.world.rows, **more}
        with self.app.test_request_context():
            path = self.app.url_for(rule.endpoint, **{key: values[key] for key in rule.arguments})
        self.number += 1
        fields = {**change.fields, **{k: v for k, v in more.items() if k not in rule.arguments}}
        options: dict[str, Any] = {"environ_overrides": {"REMOTE_ADDR": f"10.1.0.{self.number}"}}
        browser = self.browsers[change.by] if change.by else Visitor(self.app)
        if rule.endpoint.startswith("api."):
            options["json"] = fields
            options["headers"] = {
                "Authorization": f"Bearer {self.key.text}",
                "Idempotency-Key": "key-1",
                "Prefer": "wait=0",
            }
        else:
            options["data"] = {"csrf_token": browser.csrf_token(), **fields}
        response = browser.client.open(path, method=method, **options)
        response.get_data()
        response.close()
        return response

    @contextmanager
    def prepared(self, change: Change) -> Iterator[dict[str, Any]]:
        """Make what a request needs and return its further fields; undo everything at the end."""
        cookies = {
            name: browser.client.get_cookie("portal") for name, browser in self.browsers.items()
        }
        with database.atomic() as transaction:
            yield dict(change.prepare(self.world) or {})
            transaction.rollback()
        for name, cookie in cookies.items():
            assert cookie is not None
            self.browsers[name].client.set_cookie("portal", cookie.value)


def contents() -> dict[str, list[Any]]:
    """Return the rows of all tables that a person can change."""
    return {
        table.__name__: [
            {name: value for name, value in row.items() if name not in TIMES_OF_USE}
            for row in table.select().dicts()
        ]
        for table in TABLES
        if table._meta.table_name not in OTHER_TABLES
    }


def test_every_route_that_writes_has_a_request_or_a_reason() -> None:
    writing = {name for name in ROUTES if not name.startswith("GET ")}

    assert not set(CHANGES) & set(EXEMPT)
    assert writing == set(CHANGES) | set(EXEMPT)


def test_every_successful_change_adds_an_entry(app: Flask, world: World) -> None:
    sender = Sender(app, world)
    failed, unrecorded, actors = {}, set(), {}
    for name, change in CHANGES.items():
        with sender.prepared(change) as more:
            last = AuditLogEntry.select().order_by(AuditLogEntry.id.desc()).first().id
            response = sender.send(name, change, more)
            added = list(AuditLogEntry.select().where(AuditLogEntry.id > last))
        if response.status_code not in (200, 201, 202, 303):
            failed[name] = response.text
        if not added:
            unrecorded.add(name)
        actors[name] = {entry.actor_name for entry in added}

    assert failed == {}
    assert unrecorded == set()
    by_key = f"api_key {sender.key.key.id}"
    for name, names in actors.items():
        person = world.people.get(CHANGES[name].by)
        if name.partition(" ")[2].startswith("api."):
            assert names == {by_key}, name
        elif person is not None:
            assert names == {f"merchant {person.id}"}, name


def test_no_change_is_made_that_can_not_be_recorded(app: Flask, world: World) -> None:
    sender = Sender(app, world)
    changed = set()
    for name, change in CHANGES.items():
        with sender.prepared(change) as more:
            before = contents()
            database.execute_sql(REFUSE_ENTRIES)
            try:
                response = sender.send(name, change, more)
            except PeeweeException:
                status = 500
            else:
                status = response.status_code
            after = contents()
        if (before != after and name not in CHANGED_AT_ECWID_FIRST) or status < 400:
            changed.add((name, status, *(t for t in before if before[t] != after[t])))

    assert changed == set()


def test_entries_have_no_typed_text_and_no_address(app: Flask, world: World) -> None:
    sender = Sender(app, world)
    for name in ("POST team.send_invitation", "POST operator.create_invite_link"):
        with sender.prepared(CHANGES[name]) as more:
            sender.send(name, CHANGES[name], more)
            noted = repr(list(AuditLogEntry.select().dicts()))
            assert "example.com" not in noted
            assert "Clay" not in noted


def test_actions_are_written_in_one_way() -> None:
    assert len(set(AuditAction)) == len(AuditAction.__members__)
