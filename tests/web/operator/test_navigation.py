"""Tabs of the operators' pages."""

from __future__ import annotations

import re

from flask import Flask

from portal.models import BulkAction
from portal.web.navigation.sections import all_pages
from portal.web.operator.navigation import OPERATOR_SECTIONS
from tests.web.conftest import Visitor


def test_every_page_belongs_to_one_tab(app: Flask) -> None:
    endpoints = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("operator.") and "GET" in (rule.methods or ())
    }
    covered = [
        name
        for _section, page in all_pages(OPERATOR_SECTIONS)
        for name in (page.endpoint, *page.covers)
    ]

    assert endpoints <= set(covered)
    assert len(covered) == len(set(covered))
    assert set(covered) <= set(app.view_functions)


def test_tab_of_the_current_page_is_marked_also_below_it(operator: Visitor) -> None:
    action = BulkAction.create(kind="sync")

    for path, current in (("/operator", "page"), (f"/operator/actions/{action.id}", "true")):
        marked = re.findall(
            r'tabs__link"\s+href="/operator"\s+aria-current="(\w+)"', operator.get(path).text
        )
        assert marked == [current], path


def test_section_of_several_pages_has_a_second_row_of_tabs(operator: Visitor) -> None:
    page = operator.get("/operator/alerts").text

    second = page.partition("tabs--second")[2].partition("</nav>")[0]
    assert re.findall(r'href="([^"]+)"', second) == [
        "/operator/failures",
        "/operator/alerts",
        "/operator/rejected-webhooks",
        "/operator/schema-changes",
    ]
    assert "tabs--second" not in operator.get("/operator/users").text
