"""Pages that need a state which no link makes: half a sign-in, a lock, an install, failed work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace

from flask import Flask, render_template

from portal.models import EventState, Merchant, SecondFactor, WebhookEvent, database, utc_now
from portal.web.app import create_app
from portal.web.login import open_session
from tests.web.change_requests import World
from tests.web.conftest import PASSWORD, Visitor
from tests.web.operator.test_work import fail_jobs

_RETRY_LINK = re.compile(r'href="([^"]+/retry\?[^"]+)"')
_PASSKEY_BUTTON = re.compile(r'(data-failed="([^"]+)")\s+hidden>(.*?role="alert">)', re.DOTALL)


def state_pages(app: Flask, world: World) -> Iterator[tuple[str, str]]:
    """Yield name and HTML of each page; the database is unchanged afterwards."""
    yield from _account_forms(app, world)
    yield from _passkeys(world)
    yield from _second_step(app, world)
    yield from _refused_people(app, world)
    yield from _waiting_installs(app, world)
    yield from _failed_work(app, world)


@contextmanager
def _undone() -> Iterator[None]:
    with database.atomic() as transaction:
        yield
        transaction.rollback()


def _account_forms(app: Flask, world: World) -> Iterator[tuple[str, str]]:
    """Send the forms of sign-in, sign-up and reset with and without mistakes."""
    email = world.people["guest"].email
    with _undone():
        for name, path, fields in (
            ("sign-in without fields", "/login", {}),
            ("sign-in refused", "/login", {"email": email, "password": "wrong words"}),
            ("sign-up refused", "/signup", {"email": "no address"}),
            ("sign-up link sent", "/signup", {"email": "fresh@example.com"}),
            ("reset refused", "/forgot", {"email": "no address"}),
            ("reset link sent", "/forgot", {"email": email}),
        ):
            yield name, Visitor(app).post(path, **fields).text


def _passkeys(world: World) -> Iterator[tuple[str, str]]:
    """Yield pages with a button for passkeys after it failed, as its script shows them."""
    # Browsers refuse passkeys at a host without a name.
    settings = replace(world.runtime.settings, portal_url="http://localhost:8000")
    app = create_app(replace(world.runtime, settings=settings))
    owner = Visitor(app).force_login(world.owner)
    for name, browser, path in (
        ("sign-in by passkey refused", Visitor(app), "/login"),
        ("new passkey refused", owner, "/account/passkeys"),
    ):
        page, count = _PASSKEY_BUTTON.subn(r"\1>\3\2", browser.get(path).text)
        assert count, name
        yield name, page


def _second_step(app: Flask, world: World) -> Iterator[tuple[str, str]]:
    browser = Visitor(app)
    with _undone():
        browser.post("/login", email=world.people["admin"].email, password=PASSWORD)
        yield "second step", browser.get("/login/code").text
        yield "second step refused", browser.post("/login/code", code="000000").text


def _refused_people(app: Flask, world: World) -> Iterator[tuple[str, str]]:
    person = world.people["guest"]
    with _undone():
        Merchant.update(locked_at=utc_now()).where(Merchant.id == person.id).execute()
        locked = Visitor(app).post("/login", email=person.email, password=PASSWORD)
        assert locked.status_code == 403
        yield "account locked", locked.text
    with _undone():
        SecondFactor.delete().execute()
        refused = Visitor(app).force_login(world.people["support"]).get("/operator/work")
        assert refused.status_code == 403, refused.status
        yield "second factor required", refused.text


def _waiting_installs(app: Flask, world: World) -> Iterator[tuple[str, str]]:
    """Render the pages of an install at Ecwid, which needs a server of Ecwid."""
    parked = SimpleNamespace(store_id=1003, name=world.store.name)
    for name, context in (("connect/confirm", {"parked": parked}), ("connect/not_configured", {})):
        with app.test_request_context("/connect"):
            open_session(world.owner)
            yield name, render_template(f"{name}.html", **context)


def _failed_work(app: Flask, world: World) -> Iterator[tuple[str, str]]:
    key = fail_jobs(world.runtime, world.store.id)
    browser = Visitor(app).force_login(world.people["admin"])
    yield "failed jobs", browser.get(f"/operator/work/failed?group={key}").text
    with _undone():
        WebhookEvent.update(state=EventState.DEAD, error="HTTP 503").execute()
        link = _RETRY_LINK.search(browser.get("/operator/failures").text)
        assert link is not None
        yield "retry of failures", browser.get(link[1].replace("&amp;", "&")).text
