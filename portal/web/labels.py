"""Say states in words: one table for each kind of state, with the tone that repeats the word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.models import EventState, Resource, StoreState, WebhookHealth
from portal.rules.freshness import DEFINITIONS, Freshness
from portal.rules.plan import USEFUL_FEATURES, PlanLevel

Text = str | LazyString


@dataclass(frozen=True)
class Label:
    """Hold a state's word, its tone (good, info, warn, bad or plain) and what it means."""

    text: Text
    tone: str = "plain"
    meaning: Text = ""


STORE_STATES: dict[str, Label] = {
    StoreState.CONNECTED: Label(_l("Connected"), "good"),
    StoreState.LIMITED: Label(_l("Connected, limited plan"), "good"),
    StoreState.ACTION_REQUIRED: Label(_l("Permissions missing"), "warn"),
    StoreState.RECONNECT: Label(_l("Reconnect needed"), "bad"),
    StoreState.PLAN_BLOCKED: Label(_l("Plan too small"), "bad"),
    StoreState.SUSPENDED: Label(_l("Suspended at Ecwid"), "bad"),
    StoreState.DISCONNECTED: Label(_l("Disconnected"), "plain"),
}
FRESHNESS: dict[str, Label] = {
    Freshness.FIRST_COPY: Label(_l("First copy"), "info", _l(DEFINITIONS[Freshness.FIRST_COPY])),
    Freshness.ON_TIME: Label(_l("Up to date"), "good", _l(DEFINITIONS[Freshness.ON_TIME])),
    Freshness.LATE: Label(_l("Late"), "warn", _l(DEFINITIONS[Freshness.LATE])),
    Freshness.FAILING: Label(_l("Trying again"), "warn", _l(DEFINITIONS[Freshness.FAILING])),
    Freshness.STOPPED: Label(_l("Stopped"), "plain", _l(DEFINITIONS[Freshness.STOPPED])),
}
EVENT_STATES: dict[str, Label] = {
    EventState.PENDING: Label(_l("Waiting"), "info"),
    EventState.APPLIED: Label(_l("Applied"), "good"),
    EventState.IGNORED: Label(_l("Not needed"), "plain"),
    EventState.DEAD: Label(_l("Given up"), "bad"),
}
PLAN_LEVELS: dict[str, Label] = {
    PlanLevel.FULL: Label(_l("Everything works"), "good"),
    PlanLevel.LIMITED: Label(_l("Works with limits"), "warn"),
    PlanLevel.BLOCKED: Label(_l("Too small"), "bad"),
}
WEBHOOKS: dict[str, Label] = {
    WebhookHealth.PENDING: Label(_l("Being set up"), "info"),
    WebhookHealth.WAITING: Label(_l("Waiting for the first message"), "info"),
    WebhookHealth.VERIFIED: Label(_l("Messages arrive"), "good"),
}
RESOURCES: dict[str, Label] = {
    Resource.PRODUCTS: Label(_l("Products")),
    Resource.CATEGORIES: Label(_l("Categories")),
    Resource.ORDERS: Label(_l("Orders")),
    Resource.CUSTOMERS: Label(_l("Customers")),
    Resource.DISCOUNT_COUPONS: Label(_l("Discount coupons")),
}

TABLES: dict[str, Mapping[str, Label]] = {
    "store_state": STORE_STATES,
    "freshness": FRESHNESS,
    "event_state": EVENT_STATES,
    "plan_level": PLAN_LEVELS,
    "webhook_health": WEBHOOKS,
    "resource": RESOURCES,
}


def set_up_labels(app: Flask) -> None:
    """Make each table a filter: ``store.state|store_state`` is a `Label`."""
    for name, table in TABLES.items():
        app.jinja_env.filters[name] = _reader(table)
    app.template_filter()(translated)
    app.template_filter()(feature)


def translated(text: str) -> str:
    """Return a text that was marked in a rule, in the reader's language."""
    return gettext(text)


def feature(name: str) -> str:
    """Return in words what a missing feature takes away; its name if we have no words."""
    known = USEFUL_FEATURES.get(name)
    return gettext(known) if known else name


def _reader(table: Mapping[str, Label]) -> object:
    def label_of(value: str) -> Label:
        return table.get(value) or Label(value)

    return label_of
