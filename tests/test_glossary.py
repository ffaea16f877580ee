"""Every table, route, queue, module and class that the glossary names exists."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest
from flask import Flask

from portal.jobs import QUEUES
from portal.models import TABLES
from portal.services.runtime import Runtime
from portal.web.app import create_app

GLOSSARY = Path(__file__).parent.parent / "docs" / "glossary.md"
NAMED = re.compile(r"(table|route|queue|module|class) `([^`]+)`")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in GLOSSARY.read_text().splitlines()
    if line.startswith("| ") and not line.startswith(("| term", "| ---"))
]
PLACES = sorted({place for *_, where in ROWS for place in NAMED.findall(where)})


def of_kind(kind: str) -> list[str]:
    return [name for found, name in PLACES if found == kind]


def test_every_term_has_a_meaning_and_a_place_in_the_code() -> None:
    assert len(ROWS) > 50
    for term, meaning, where in ROWS:
        assert term
        assert meaning
        assert NAMED.search(where), term


def test_no_term_is_defined_twice() -> None:
    terms = [term for term, *_ in ROWS]

    assert sorted(terms) == sorted(set(terms))


def test_every_named_table_exists() -> None:
    tables = {table._meta.table_name for table in TABLES}

    assert set(of_kind("table")) <= tables


def test_the_named_queues_are_all_queues() -> None:
    assert set(of_kind("queue")) == set(QUEUES)


@pytest.mark.parametrize("name", of_kind("module"))
def test_every_named_module_exists(name: str) -> None:
    importlib.import_module(name)


@pytest.mark.parametrize("name", of_kind("class"))
def test_every_named_class_exists(name: str) -> None:
    module, _, attribute = name.rpartition(".")

    assert isinstance(getattr(importlib.import_module(module), attribute), type)


def test_every_named_route_exists(runtime: Runtime) -> None:
    app: Flask = create_app(runtime)

    assert set(of_kind("route")) <= {rule.rule for rule in app.url_map.iter_rules()}
