"""Access to the operator pages."""

from __future__ import annotations

import pytest

from tests.web.conftest import Visitor

PAGES = ("/operator/onboarding", "/operator/schema-changes", "/operator/rejected-webhooks")


@pytest.mark.promise(9)
@pytest.mark.parametrize("page", PAGES)
def test_operator_pages_are_a_404_for_merchants_and_anonymous_visitors(
    visitor: Visitor, browser: Visitor, page: str
) -> None:
    assert visitor.get(page).status_code == 404
    assert browser.get(page).status_code == 404
    assert page not in browser.get("/stores").text
