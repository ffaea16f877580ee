"""Rules that all pages keep: acts that destroy something ask first, and no value is Python code."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException

from portal.models import Merchant
from portal.rules.accounts.operator_roles import OperatorRole
from portal.services.runtime import Runtime
from tests.factories import make_merchant
from tests.web.conftest import PASSWORD_HASH, Visitor
from tests.web.forms_on_pages import Page
from tests.web.page_walk import PageCost, walk
from tests.web.route_rows import make_rows

# The tests of each page measure its code.
pytestmark = pytest.mark.unmeasured

DESTRUCTIVE_NAME = re.compile(
    r"delete|revoke|remove|withdraw|\bend_|erase|discard|cancel|decline|disconnect|close|disable"
    r"|rotate|transfer"
)
IN_PLACE = "a question that the button opens"
# How each act that destroys something asks: in place, or the page that has the only button for it.
ASKS: dict[str, str] = {
    "account.delete": "account.confirm_deletion",
    "account.disable_second_factor": "account.second_factor",
    "account.end_other_sessions": IN_PLACE,
    "account.end_session": IN_PLACE,
    "account.remove_passkey": "account.passkey",
    "api_keys.revoke": IN_PLACE,
    "api_keys.rotate": "api_keys.rotate",
    "channels.revoke_key": IN_PLACE,
    "connect.decline_link": IN_PLACE,
    "endpoints.delete": "endpoints.confirm_deletion",
    "endpoints.rotate": IN_PLACE,
    "events.cancel": IN_PLACE,
    "invitations.decline": IN_PLACE,
    "operator.cancel_bulk_action": IN_PLACE,
    "operator.close_channel": "operator.confirm_channel_closing",
    "operator.delete_alert_channel": "operator.confirm_alert_channel_deletion",
    "operator.delete_channel_endpoint": "operator.confirm_channel_endpoint_deletion",
    "operator.discard_failed_jobs": "operator.confirm_failed_jobs",
    "operator.disconnect_stores": "operator.confirm_bulk_action",
    "operator.revoke_marketplace_key": "operator.confirm_channel_key_revocation",
    "operator.withdraw_onboarding": IN_PLACE,
    "privacy.erase_now": IN_PLACE,
    "stores.disconnect": "stores.confirm_disconnect",
    "stores.erase": "stores.confirm_erase",
    "sync.cancel": IN_PLACE,
    "team.remove": "team.confirm_removal",
    "team.transfer_ownership": "team.confirm_transfer",
    "team.withdraw_invitation": IN_PLACE,
}
# Rotating replaces nothing at once, and looks like other changes.
HARMLESS_LOOK = {"api_keys.rotate"}
PYTHON_VALUES = re.compile(
    r"\['|\[\"|\{'|', '|\bNone\b(?! [a-z])|\bdatetime\(|\bDecimal\(|<[A-Z]\w+: |\bUndefined\b"
    r"|%\(\w+\)s"
)
# Not names: URLs, email addresses, host names, file names and random IDs.
ADDRESSES = re.compile(
    r"\S*://\S+|\S+@\S+|\b[\w.-]+\.(?:com|example|net|org|csv|zip|json|x)\b|\bmsg_\w+"
)
# Names of code: words joined by underscores or dots.
INTERNAL_NAMES = re.compile(r"\b[a-z][a-z0-9]*(?:[._][a-z][a-zA-Z0-9]*)+\b|\b[A-Z]+(?:_[A-Z]+)+\b")
EVENT_TYPE = re.compile(r"[a-z_]+\.[a-z_]+")
# Names that people read as they are, by page.
NAMES_FOR_PEOPLE = {
    # Types of events in a list to choose from, which can't contain code.
    "endpoints.show": EVENT_TYPE,
    "events.index": EVENT_TYPE,
    # Written for developers.
    "api_docs.index": re.compile(".*"),
    "style_guide.show": re.compile(".*"),
}

# Of links that lead nowhere, such as one to a contact that isn't set.
DEAD_LINK = re.compile(r'<a\b[^>]*\bhref="(?:|#|mailto:|None|Undefined)"[^>]*>')


@pytest.fixture
def owner(runtime: Runtime) -> Merchant:
    """An operator who owns a store with rows of every kind."""
    return make_merchant(
        email="owner@example.com", operator_role=OperatorRole.ADMIN, password_hash=PASSWORD_HASH
    )


@pytest.fixture
def pages(app: Flask, runtime: Runtime, owner: Merchant) -> list[PageCost]:
    """Every HTML page that the owner sees."""
    browser = Visitor(app).force_login(owner)
    staff = make_merchant(email="staff@example.com")
    rows: dict[str, Any] = make_rows(
        runtime, owner, staff, invited=make_merchant(email="guest@example.com")
    )
    found = walk(app, browser, rows, {})
    return [page for page in found if page.response.mimetype == "text/html"]


def endpoint_of(app: Flask, address: str) -> str:
    """Return the endpoint that a form is sent to; empty for other addresses."""
    adapter = app.url_map.bind("localhost")
    try:
        endpoint, _values = adapter.match(address.partition("?")[0], "POST")
    except HTTPException:
        return ""
    return str(endpoint)


def test_every_destructive_route_says_how_it_asks(app: Flask) -> None:
    destructive = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ())
        and not rule.endpoint.startswith("api.")
        and DESTRUCTIVE_NAME.search(rule.endpoint.partition(".")[2])
    }

    assert destructive == {*ASKS}


def test_acts_that_destroy_something_ask_first_and_look_so(
    app: Flask, pages: list[PageCost]
) -> None:
    bare: dict[str, list[str]] = defaultdict(list)
    for page in pages:
        for button in Page(page.response.text).buttons:
            endpoint = endpoint_of(app, button.address)
            how = ASKS.get(endpoint)
            if how is None:
                continue
            asks = button.is_asked or page.name.partition("?")[0] in (how, endpoint)
            looks_so = "button--danger" in button.classes or endpoint in HARMLESS_LOOK
            if not (asks and looks_so):
                bare[endpoint].append(page.name)

    assert bare == {}


def test_no_page_shows_values_as_python_code_or_internal_names(pages: list[PageCost]) -> None:
    shown = []
    for page in pages:
        text = " ".join(Page(page.response.text).texts)
        allowed = NAMES_FOR_PEOPLE.get(page.name.partition("?")[0])
        words = ADDRESSES.sub(" ", text)
        names = [
            (name, words)
            for name in INTERNAL_NAMES.finditer(words)
            if not (allowed and allowed.fullmatch(name[0]))
        ]
        for name, source in [(found, text) for found in PYTHON_VALUES.finditer(text)] + names:
            part = source[max(0, name.start() - 60) : name.end() + 60]
            shown.append(f"{page.name}: {name[0]}: {' '.join(part.split())}")

    assert shown == [], "\n".join(shown)


def test_no_page_of_a_portal_without_contacts_has_a_link_that_leads_nowhere(
    runtime: Runtime, pages: list[PageCost]
) -> None:
    assert runtime.settings.support_contact == ""

    dead = {page.name: DEAD_LINK.findall(page.response.text) for page in pages}

    assert {name: links for name, links in dead.items() if links} == {}
