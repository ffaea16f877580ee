"""Pages that no link opens: refused connections, errors, refused forms and secrets shown once."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

from flask import Flask
from werkzeug.test import TestResponse

from portal.web.connect import failure_pages
from portal.web.connect.failure_pages import FailurePage, render_failure
from portal.web.errors import error_response
from portal.web.login import open_session
from tests.browser.state_pages import state_pages
from tests.web.change_requests import CHANGES, Change, World
from tests.web.change_sender import Sender
from tests.web.conftest import Visitor

ERRORS = (400, 403, 404, 405, 413, 422, 429, 500, 503)
REFUSED = (400, 409, 422)
# Templates of pages that no link opens.
ANSWERED = {
    "account/email_change_sent.html",
    "account/email_confirm.html",
    "accounts/code.html",
    "accounts/factor_required.html",
    "accounts/link_sent.html",
    "accounts/locked.html",
    "accounts/reset.html",
    "accounts/set_password.html",
    "connect/another_store.html",
    "connect/confirm.html",
    "connect/consent_loop.html",
    "connect/custom_scopes_missing.html",
    "connect/custom_token_refused.html",
    "connect/denied.html",
    "connect/erasing.html",
    "connect/not_configured.html",
    "connect/onboarding.html",
    "connect/plan_blocked.html",
    "connect/profile_refused.html",
    "connect/scopes_missing.html",
    "connect/state_mismatch.html",
    "connect/stop_reminders.html",
    "connect/store_mismatch.html",
    "connect/suspended.html",
    "connect/taken.html",
    "connect/token_refused.html",
    "connect/unreachable.html",
    "errors/error.html",
    "invitations/show.html",
    "operator/failed_jobs.html",
    "operator/retry_failures.html",
}


def answer_pages(app: Flask, world: World) -> Iterator[tuple[str, str]]:
    """Yield name and HTML of each page; everything that a request changes is undone."""
    yield from _refused_connections(app, world)
    yield from _errors(app, world)
    yield from state_pages(app, world)
    yield from _answers_to_forms(Sender(app, world))


def _refused_connections(app: Flask, world: World) -> Iterator[tuple[str, str]]:
    outcome = SimpleNamespace(
        store_id=world.store.id,
        missing_scopes=["read_orders", "read_catalog"],
        is_reconnect=True,
        plan=SimpleNamespace(name="Free"),
    )
    error = SimpleNamespace(expected_store_id=1003, store_id=1005, is_own_store=True)
    pages = {
        *(page for _, page in failure_pages._OF_ERROR),
        *failure_pages._OF_STATE.values(),
        failure_pages._UNREACHABLE,
        failure_pages.CONSENT_LOOP,
        FailurePage("custom_scopes_missing", 422),
    }
    for page in sorted(pages, key=lambda page: page.page):
        with app.test_request_context("/connect/callback"):
            open_session(world.owner)
            html, _ = render_failure(
                page,
                outcome=outcome,
                error=error,
                store=world.store,
                retry_url="/connect",
                restart_url="/connect",
            )
            yield f"connect/{page.page}", html


def _errors(app: Flask, world: World) -> Iterator[tuple[str, str]]:
    for status in ERRORS:
        with app.test_request_context("/stores"):
            open_session(world.owner)
            page = error_response(status, f"Error {status}", "What to do now.")
            assert isinstance(page, tuple)
            yield f"error {status}", str(page[0])


def _answers_to_forms(sender: Sender) -> Iterator[tuple[str, str]]:
    """Send each form once without its fields, and once filled in, which may show a secret."""
    for name, change in CHANGES.items():
        if name.partition(" ")[2].startswith("api."):
            continue
        variables = set(sender.rules[name][1].arguments)
        if change.by and change.fields and not variables - set(sender.world.rows):
            refusal = sender.send(name, Change(by=change.by), {})
            if refusal.status_code in REFUSED and _is_page(refusal):
                yield f"{name} refused", refusal.text
        with sender.prepared(change) as more:
            if "token" in more:
                yield from _pages_of_token(sender, name, change, more["token"])
            if not change.by:
                continue
            answer = sender.send(name, change, more)
            if answer.status_code == 303 and "/new-secret/" in answer.location:
                answer = sender.browsers[change.by].get(answer.location)
            if answer.status_code == 200 and _is_page(answer):
                yield name, answer.text


def _pages_of_token(
    sender: Sender, name: str, change: Change, token: str
) -> Iterator[tuple[str, str]]:
    """Open the link of an email that leads to a form, then send the form without its fields."""
    path = sender.rules[name][1].rule.replace("<token>", token)
    # The form of some links is on the page one level up.
    for each in (path, path.rpartition("/")[0]):
        page = sender.browsers["owner"].get(each) if change.by else Visitor(sender.app).get(each)
        if page.status_code == 200 and _is_page(page):
            yield f"{name} opened", page.text
            break
    else:
        raise AssertionError(f"{name}: no page shows this form")
    refusal = sender.send(name, Change(by=change.by), {"token": token})
    if refusal.status_code in REFUSED and _is_page(refusal):
        yield f"{name} refused", refusal.text


def _is_page(response: TestResponse) -> bool:
    return response.mimetype == "text/html" and b"<!DOCTYPE html>" in response.data
