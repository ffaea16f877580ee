"""People who have nothing yet, and the pages that they see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask

from portal.models import Membership, Merchant, Resource, Store
from portal.rules.accounts.operator_roles import OperatorRole
from portal.sandbox.server import SandboxServer
from portal.services.runtime import Runtime
from tests.browser.every_page import PageAddress, html_pages
from tests.factories import make_merchant
from tests.shop import open_shop
from tests.web.conftest import PASSWORD_HASH

# Variables of addresses that name no row.
WORDS: Mapping[str, Any] = {
    "resource": Resource.PRODUCTS,
    "filename": "icon.svg",
    "name": "products",
    "extension": "csv",
}
SAME_WITH_A_STORE = ("account", "api_docs.", "connect.", "style_guide.")


@dataclass(frozen=True)
class EmptyPages:
    """A person, and the pages that show that there is nothing yet."""

    person: Merchant
    pages: tuple[PageAddress, ...]


def empty_pages(app: Flask, runtime: Runtime, sandbox: SandboxServer) -> Iterator[EmptyPages]:
    """Yield the pages of an operator, of a merchant and of a new store, each with nothing in it.

    The rows of the next person don't exist before its turn.
    """
    yield _of_operator(app)
    yield _of_newcomer(app)
    yield _of_new_store(app, runtime, sandbox)


def _of_operator(app: Flask) -> EmptyPages:
    operator = make_merchant(
        email="operator@example.com", operator_role=OperatorRole.ADMIN, password_hash=PASSWORD_HASH
    )
    pages = html_pages(app, operator, WORDS, has_all_rows=False)
    return EmptyPages(operator, tuple(p for p in pages if p.name.startswith("operator.")))


def _of_newcomer(app: Flask) -> EmptyPages:
    newcomer = make_merchant(email="newcomer@example.com", password_hash=PASSWORD_HASH)
    pages = [
        replace(page, name=f"{page.name}-no-store")
        for page in html_pages(app, newcomer, WORDS, has_all_rows=False)
        if not page.name.startswith(SAME_WITH_A_STORE)
    ]
    return EmptyPages(newcomer, tuple(pages))


def _of_new_store(app: Flask, runtime: Runtime, sandbox: SandboxServer) -> EmptyPages:
    """Connect a store without records and finish its initial import."""
    shop = open_shop(runtime, sandbox, products=0)
    shop.sync()
    Store.update(name="New shop").where(Store.id == shop.store_id).execute()
    owner = make_merchant(email="owner@example.com", password_hash=PASSWORD_HASH)
    Membership.create(merchant=owner, store=shop.store_id)
    rows = {**WORDS, "store_id": shop.store_id}
    return EmptyPages(owner, tuple(html_pages(app, owner, rows, has_all_rows=False)))
