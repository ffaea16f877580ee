"""No page offers a form or a page that its visitor's role may not use."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException

from portal.models import Membership, Merchant, Role
from portal.rules.accounts.operator_roles import OperatorRole
from portal.services.runtime import Runtime
from tests.factories import make_merchant
from tests.web.access_table import ROUTES, Access, Actor
from tests.web.conftest import Visitor
from tests.web.forms_on_pages import Page
from tests.web.page_walk import walk
from tests.web.route_rows import make_rows

# The tests of each page measure its code.
pytestmark = pytest.mark.unmeasured

OPERATOR_ROLES = {Actor.SUPPORT: OperatorRole.SUPPORT, Actor.ADMIN: OperatorRole.ADMIN}
STORE_ROLES = {Actor.READ_ONLY: Role.READ_ONLY, Actor.MANAGER: Role.MANAGER}
# Members may leave the team themselves, which the table can't say.
ALSO_THEIR_OWN = {"GET team.confirm_removal", "POST team.remove"}


@pytest.fixture
def owner(runtime: Runtime) -> Merchant:
    """The owner of the store with rows of every kind."""
    return make_merchant(email="owner@example.com")


@pytest.fixture
def rows(runtime: Runtime, owner: Merchant) -> dict[str, Any]:
    """Values of URL variables: rows of the owner's store."""
    staff, guest = make_merchant(email="staff@example.com"), make_merchant(email="g@example.com")
    return make_rows(runtime, owner, staff, invited=guest)


def visitor_of(app: Flask, who: Actor, store_id: int) -> Visitor:
    """Return the signed-in browser of a member of the store, or of an operator."""
    person = make_merchant(email="visitor@example.com", operator_role=OPERATOR_ROLES.get(who))
    if who in STORE_ROLES:
        Membership.create(merchant=person, store=store_id, role=STORE_ROLES[who])
    return Visitor(app).force_login(person)


def is_refused(app: Flask, address: str, method: str, who: Actor) -> str:
    """Return the route of an address if this visitor gets a 403 there, else nothing."""
    if not address.startswith("/"):
        return ""
    try:
        endpoint, _values = app.url_map.bind("localhost").match(address.partition("?")[0], method)
    except HTTPException:
        return ""
    route = f"{method} {endpoint}"
    is_own = route in ALSO_THEIR_OWN and who in STORE_ROLES
    return "" if is_own or ROUTES[route][who] is not Access.FORBIDDEN else route


@pytest.mark.parametrize("who", [Actor.READ_ONLY, Actor.MANAGER, Actor.SUPPORT, Actor.ADMIN])
def test_no_page_offers_what_its_visitor_may_not_do(
    app: Flask, rows: dict[str, Any], who: Actor
) -> None:
    offered: dict[str, list[str]] = defaultdict(list)
    seen = 0
    for page in walk(app, visitor_of(app, who, rows["store_id"]), rows, {}):
        is_page = page.response.mimetype == "text/html" and page.response.status_code == 200
        if not is_page or page.name == "style_guide.show":
            continue
        parsed = Page(page.response.text)
        addresses = {("POST", button.address) for button in parsed.buttons}
        addresses |= {("GET", link) for link in parsed.links}
        seen += len(addresses)
        for method, address in sorted(addresses):
            if route := is_refused(app, address, method, who):
                offered[route].append(page.name)

    assert seen > 500
    assert offered == {}
