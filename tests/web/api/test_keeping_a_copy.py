"""The program of docs/api.md keeps an exact copy while records arrive, change late and go."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests_mock
from flask import Flask

from portal.models import Channel, ChannelConsent, Merchant, Store
from portal.paths import ROOT
from portal.rules.api_keys.key_scopes import STORE_SCOPES, KeyScope
from portal.rules.channels.channel_states import ConsentChange
from portal.rules.channels.product_selection import ProductConditions, SelectionKind
from portal.rules.orders.sale_terms import SellingSide
from portal.services.api_keys.channel_keys import add_key
from portal.services.channels import apply_selections
from portal.services.channels.apply_selections import apply_selection
from portal.services.channels.consents import change_consent, grant_consent
from portal.services.channels.product_selections import (
    SelectionChoice,
    choose_selection,
    pick_product,
)
from portal.services.channels.sale_terms import set_stock_buffer
from portal.services.mirror.resources import CATEGORIES, CUSTOMERS, ORDERS, PRODUCTS
from portal.services.mirror.suppression_list import erase_customers
from portal.services.runtime import Runtime
from tests.factories import (
    UPDATED_AT,
    category_payload,
    customer_payload,
    make_channel,
    make_store,
    order_payload,
    product_payload,
)
from tests.web.api.conftest import Caller

PRODUCT_COUNT = 240
PROGRAM, *_ = re.findall(
    r"```python\n(.+?)```", (ROOT / "docs" / "api.md").read_text(), flags=re.DOTALL
)
# Fields that may differ without a change in the feed, as the guide says.
NOT_COMPARED = {"synced_at"}


class Writer:
    """Stores whose records change at random, in any order of their update times."""

    def __init__(self, stores: list[Store]) -> None:
        self.stores = stores
        self.rng = Random(7)
        self.minutes = 0

    def read_at(self) -> datetime:
        """Return the time of the next read from Ecwid."""
        self.minutes += 1
        return UPDATED_AT + timedelta(minutes=self.minutes)

    def product(self, number: int) -> dict[str, Any]:
        """Return a product that was changed at any time until now."""
        changed_at = UPDATED_AT + timedelta(minutes=self.rng.randrange(self.minutes + 1))
        variations = [
            {"id": 10 * number + place, "combinationNumber": place, "quantity": self.minutes}
            for place in range(1, 1 + self.rng.randrange(3))
        ]
        return product_payload(
            id=number,
            name=f"Mug {self.minutes}",
            sku=f"{self.rng.choice(('MUG', 'BOWL'))}-{number}",
            categoryIds=[self.rng.randrange(7, 10)],
            updateTimestamp=int(changed_at.timestamp()),
            weight=self.minutes,  # which variations inherit
            combinations=variations,
        )

    def fill(self, store: Store) -> None:
        """Import the first records of a store."""
        products = [self.product(number) for number in range(1, PRODUCT_COUNT)]
        PRODUCTS.save(store.id, products, self.read_at())

    def step(self) -> None:
        """Change something in one of the stores."""
        store_id, number = (
            self.rng.choice(self.stores).id,
            self.rng.randrange(1, PRODUCT_COUNT + 60),
        )
        kind = self.rng.randrange(8)
        if kind == 0:
            PRODUCTS.mark_deleted(store_id, [number], self.read_at())
        elif kind == 1:
            CATEGORIES.save(store_id, [category_payload(name=f"{number}")], self.read_at())
        elif kind == 2:
            ORDERS.save(store_id, [order_payload(internalId=number)], self.read_at())
        elif kind == 3:
            CUSTOMERS.save(store_id, [customer_payload(id=number)], self.read_at())
            erase_customers(store_id, [number])
        else:
            PRODUCTS.save(store_id, [self.product(number)], self.read_at())


@dataclass
class Portal:
    """The portal at the guide's address; each answer is preceded by the calls ``before_each``."""

    caller: Caller
    channel: Channel
    merchant: Merchant
    before_each: list[Callable[[], None]] = field(default_factory=list)
    delivered: Counter[str] = field(default_factory=Counter)

    def add_store(self, store: Store) -> Store:
        """Let a store consent to the channel."""
        grant_consent(self.channel, store, STORE_SCOPES, self.merchant)
        return store

    def change_consent(
        self, store_id: int, change: ConsentChange, scopes: Sequence[KeyScope] = ()
    ) -> int:
        """Change a store's consent to the channel; return the store's id."""
        consent = ChannelConsent.get(channel=self.channel, store=store_id)
        return change_consent(consent, change, self.merchant, scopes=scopes).store_id

    def answer(self, request: Any, context: Any) -> bytes:
        """Return the portal's answer to a request of the guide's program."""
        for act in self.before_each:
            act()
        parts = urlsplit(request.url)
        assert request.headers["Authorization"] == f"Bearer {self.caller.key}"
        found = self.caller.get(f"{parts.path.removeprefix('/api/v1')}?{parts.query}")
        if parts.path.endswith("/changes"):
            self.delivered.update(item["sequence"] for item in found.json["items"])
        context.status_code = found.status_code
        return bytes(found.data)


@pytest.fixture
def portal(app: Flask, merchant: Merchant, monkeypatch: pytest.MonkeyPatch) -> Iterator[Portal]:
    """The portal, with the key of a channel that no store has consented to yet."""
    channel = make_channel()
    made = add_key(channel, "copy", list(KeyScope))
    assert made is not None
    portal = Portal(Caller(app, made.text), channel, merchant)
    monkeypatch.setenv("PORTAL_KEY", portal.caller.key)
    with requests_mock.Mocker() as mocker:
        mocker.get(re.compile(r"^https://portal\.example/api/v1/"), content=portal.answer)
        yield portal


def comparable(records: dict[Any, Any]) -> dict[Any, Any]:
    """Return records without what may differ."""
    return {
        place: {name: value for name, value in record.items() if name not in NOT_COMPARED}
        for place, record in records.items()
    }


def follow_beside_pauses(portal: Portal, program: dict[str, Any], cursor: str) -> str:
    """Follow the feed while a store pauses its access; return the cursor after its return."""
    paused = portal.change_consent(2002, ConsentChange.PAUSED)
    cursor = program["follow"](cursor)
    assert {place[0] for place in program["copy"]} == {1003, 3003}
    portal.change_consent(paused, ConsentChange.RESUMED)
    cursor = program["follow"](cursor)
    portal.change_consent(2002, ConsentChange.NARROWED, [KeyScope.READ_ORDERS])
    cursor = program["follow"](cursor)
    of_store = {place[1] for place in program["copy"] if place[0] == 2002}
    assert of_store <= {"orders", "customers"}
    portal.add_store(Store.get_by_id(2002))
    cursor = program["follow"](cursor)
    consent = ChannelConsent.get(channel=portal.channel, store=2002)
    set_stock_buffer(consent, 3, portal.merchant, SellingSide.STORE)
    return str(program["follow"](cursor))


SKUS = ProductConditions(sku_prefix="mug")
CHOICES = (
    SelectionChoice(SelectionKind.RULE, conditions=SKUS),
    SelectionChoice(SelectionKind.CATEGORIES, [7, 9]),
    SelectionChoice(SelectionKind.ALL),
    SelectionChoice(SelectionKind.HAND_PICKED),
    SelectionChoice(SelectionKind.RULE, conditions=ProductConditions(in_stock=True)),
)


@dataclass
class Owner:
    """Owner of a store, who changes at random which products the channel gets."""

    runtime: Runtime
    portal: Portal
    store_id: int
    rng: Random = field(default_factory=lambda: Random(3))

    def step(self) -> None:
        """Choose a selection, continue to apply it, or pick or exclude a product."""
        consent = ChannelConsent.get(channel=self.portal.channel, store=self.store_id)
        kind = self.rng.randrange(8)
        if kind == 0:
            choice = self.rng.choice(CHOICES)
            choose_selection(self.runtime, consent, choice, self.portal.merchant)
        elif kind < 4:
            apply_selection(self.runtime, consent.id)
        else:
            picked = self.rng.choice((True, True, False, None))
            number = self.rng.randrange(1, PRODUCT_COUNT)
            pick_product(consent, number, self.portal.merchant, is_picked=picked)


def test_program_of_the_guide_follows_a_selection_that_changes(
    portal: Portal, runtime: Runtime, merchant: Merchant, store: Store, monkeypatch: Any
) -> None:
    # One batch of products a step, so that the program reads between two batches.
    monkeypatch.setattr(apply_selections, "BATCH", 60)
    monkeypatch.setattr(apply_selections, "TIME_SLICE_S", 0)
    writer = Writer([portal.add_store(store)])
    writer.fill(store)
    owner = Owner(runtime, portal, store.id)
    for _ in range(4):
        owner.step()
    program: dict[str, Any] = {}
    exec(compile(PROGRAM, "docs/api.md", "exec"), program)
    portal.before_each.extend([writer.step, owner.step] * 3)

    cursor, sizes = program["start"](), []
    for _ in range(20):
        cursor = program["follow"](cursor)
        sizes.append(sum(place[1] == "products" for place in program["copy"]))
    portal.before_each.clear()
    program["follow"](cursor)

    assert_same_copy(program)
    # The selection was narrow and wide while the program followed.
    assert min(sizes) < PRODUCT_COUNT // 2 < max(sizes)


def assert_same_copy(program: dict[str, Any]) -> dict[Any, Any]:
    """Compare the copy of the guide's program with what it reads now, and return the latter."""
    kept = comparable(program["copy"])
    program["copy"].clear()
    program["known_stores"].clear()
    program["read_new_stores"]()
    real = comparable(program["copy"])
    assert {place for place in real if place not in kept} == set()
    assert {place for place in kept if real.get(place) != kept[place]} == set()
    return real


def test_program_of_the_guide_loses_nothing(
    portal: Portal, merchant: Merchant, store: Store
) -> None:
    other = make_store(merchant, id=2002)
    writer = Writer([portal.add_store(store), portal.add_store(other)])
    for each in writer.stores:
        writer.fill(each)
    program: dict[str, Any] = {}
    exec(compile(PROGRAM, "docs/api.md", "exec"), program)
    portal.before_each.extend([writer.step] * 6)

    cursor = program["start"]()
    for _ in range(15):
        cursor = program["follow"](cursor)
    writer.stores.append(make_store(merchant, id=3003))
    writer.fill(writer.stores[-1])
    cursor = program["follow"](cursor)
    portal.add_store(writer.stores[-1])
    cursor = program["follow"](cursor)
    cursor = follow_beside_pauses(portal, program, cursor)
    portal.before_each.clear()
    program["follow"](cursor)

    real = assert_same_copy(program)
    assert {place[0] for place in real} == {1003, 2002, 3003}
    assert len(portal.delivered) > 100
    assert set(portal.delivered.values()) == {1}
