"""Browsers of people of every kind, which send the requests of `CHANGES` and undo them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from portal.models import database
from portal.rules.accounts.operator_roles import OperatorRole
from portal.rules.api_keys.key_scopes import KeyScope
from portal.services.api_keys.keys import create_key
from portal.services.runtime import Runtime
from tests.factories import make_merchant
from tests.web.change_requests import Change, World
from tests.web.conftest import PASSWORD_HASH, Visitor
from tests.web.route_rows import make_rows


def make_world(runtime: Runtime) -> World:
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
