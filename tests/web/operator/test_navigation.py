"""Tabs of the operators' pages."""

from __future__ import annotations

import re

from flask import Flask

from portal.models import BulkAction
from portal.web.operator.navigation import TABS
from tests.web.conftest import Visitor


def test_every_page_belongs_to_one_tab(app: Flask) -> None:
    endpoints = {
        rule.endpoint.removeprefix("operator.")
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("operator.") and "GET" in (rule.methods or ())
    }
    covered = [name for tab in TABS for name in (tab.page, *tab.below)]

    assert endpoints <= set(covered)
    assert len(covered) == len(set(covered))
    assert {f"operator.{name}" for name in covered} <= set(app.view_functions)


def test_tab_of_the_current_page_is_marked_also_below_it(operator: Visitor) -> None:
    action = BulkAction.create(kind="sync")

    for path, current in (("/operator", "page"), (f"/operator/actions/{action.id}", "true")):
        marked = re.findall(
            r'tabs__link"\s+href="/operator"\s+aria-current="(\w+)"', operator.get(path).text
        )
        assert marked == [current], path
