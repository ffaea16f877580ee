"""Every change that a person or an API key makes is in the audit log, in the same transaction."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from flask import Flask
from peewee import PeeweeException

from portal.models import TABLES, AuditLogEntry, database
from portal.rules.accounts.audit_actions import AuditAction
from portal.services.runtime import Runtime
from tests.web.access_table import ROUTES
from tests.web.change_requests import CHANGES, EXEMPT, World
from tests.web.change_sender import Sender, make_world

# The tests of each page measure its code.
pytestmark = pytest.mark.unmeasured
# Columns that authentication writes, and the tables of rows that only carry work.
TIMES_OF_USE = {"last_seen_at", "last_used_at", "last_used_from"}
OTHER_TABLES = {"lease", "audit_log_entry"}
# Ecwid is asked before the transaction; the timeline says what was removed there.
CHANGED_AT_ECWID_FIRST = {"POST stores.disconnect"}
REFUSE_ENTRIES = "ALTER TABLE audit_log_entry RENAME TO audit_log_that_is_gone"


@pytest.fixture
def world(runtime: Runtime) -> World:
    """A small but complete store, and people of every kind."""
    return make_world(runtime)


def contents() -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of all tables that a person can change."""
    return {name: database.execute_sql(query).fetchall() for name, query in _queries().items()}


@cache
def _queries() -> dict[str, str]:
    """Return the query of all rows of each table, which models would take ten times as long for."""
    queries = {}
    for table in TABLES:
        name = table._meta.table_name
        if name not in OTHER_TABLES:
            columns = [column for column in table._meta.columns if column not in TIMES_OF_USE]
            listed = ", ".join(f'"{column}"' for column in columns)
            queries[name] = f'SELECT {listed} FROM "{name}" ORDER BY 1'
    return queries


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
