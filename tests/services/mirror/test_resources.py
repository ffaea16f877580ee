"""One table describes the resources: nothing else in the portal lists them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.ecwid.calls import PAGE_LIMIT
from portal.models import Resource
from portal.models.mirror import mirrored_tables
from portal.rules.sync.resources import FACTS, EventTopic
from portal.services.mirror.resource_spec import ResourceSpec
from portal.services.mirror.resources import RESOURCES, SPECS_BY_TOPIC

PORTAL = Path(__file__).parents[3] / "portal"
# The two tables that list the resources. The sandbox replaces Ecwid and is separate.
TABLES = {PORTAL / "rules/sync/resources.py", PORTAL / "services/mirror/resources.py"}
WITHOUT = (PORTAL / "sandbox", PORTAL / "models/migrations")
MODULES = [
    path
    for path in sorted(PORTAL.rglob("*.py"))
    if path not in TABLES and not any(path.is_relative_to(folder) for folder in WITHOUT)
]
TOPICS_WITHOUT_RECORDS = {
    EventTopic.CONNECTION,
    EventTopic.INSTALLED,
    EventTopic.ERASURE,
    EventTopic.EXPORT,
    EventTopic.OTHER,
}
# In a table of resources they appear as members, as texts, or by their event topics.
NAMES = {
    *(f"Resource.{resource.name}" for resource in Resource),
    *(f"EventTopic.{facts.topic.name}" for facts in FACTS.values()),
    *(repr(resource.value) for resource in Resource),
    *(repr(facts.entity) for facts in FACTS.values()),
}
LISTED_FROM = 3


def lists_of_resources(source: str) -> Iterator[int]:
    """Yield the lines where a literal has three or more resources as keys or elements."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Dict):
            parts = [key for key in node.keys if key is not None]
        elif isinstance(node, ast.Set | ast.Tuple | ast.List):
            parts = node.elts
        else:
            continue
        if len(NAMES.intersection(map(ast.unparse, parts))) >= LISTED_FROM:
            yield node.lineno


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PORTAL)))
def test_no_other_module_lists_the_resources(path: Path) -> None:
    assert list(lists_of_resources(path.read_text())) == []


@pytest.mark.parametrize(
    "table",
    [
        "{Resource.PRODUCTS: 1, Resource.ORDERS: 2, Resource.CUSTOMERS: 3}",
        "{EventTopic.PRODUCT: 1, EventTopic.ORDER: 2, EventTopic.COUPON: 3}",
        "{'products': 1, 'orders': 2, 'categories': 3}",
        "{'product': 1, 'order': 2, 'discount_coupon': 3}",
        "f((Resource.PRODUCTS, Resource.ORDERS, Resource.CATEGORIES))",
    ],
)
def test_a_list_of_resources_is_recognized(table: str) -> None:
    assert list(lists_of_resources(f"TABLE = {table}")) == [1]


def test_each_resource_has_a_spec_in_the_order_of_reading() -> None:
    assert [spec.resource for spec in RESOURCES.values()] == list(Resource)
    assert list(RESOURCES) == list(FACTS) == list(Resource)


def test_each_topic_of_records_belongs_to_one_spec() -> None:
    assert len(SPECS_BY_TOPIC) == len(RESOURCES)
    assert set(SPECS_BY_TOPIC) == set(EventTopic) - TOPICS_WITHOUT_RECORDS


def test_each_mirrored_table_belongs_to_one_spec() -> None:
    tables = [spec.table for spec in RESOURCES.values()]
    details = [spec.details.table for spec in RESOURCES.values() if spec.details is not None]

    assert len(set(tables)) == len(tables)
    assert set(mirrored_tables()) <= {*tables, *details}


@pytest.mark.parametrize("spec", RESOURCES.values(), ids=lambda spec: spec.resource)
def test_a_spec_names_columns_that_its_table_has(spec: ResourceSpec) -> None:
    assert spec.known_by in spec.table._meta.fields
    assert 0 < spec.fetch_limit <= PAGE_LIMIT
