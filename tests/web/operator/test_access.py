"""Nobody but operators learns of the operators' pages."""

from __future__ import annotations

import pytest

from tests.web.conftest import Visitor

PAGES = ("/operator/connects", "/operator/drift", "/operator/webhooks")


@pytest.mark.promise(9)
@pytest.mark.parametrize("page", PAGES)
def test_strangers_and_ordinary_merchants_find_no_such_page(
    visitor: Visitor, browser: Visitor, page: str
) -> None:
    assert visitor.get(page).status_code == 404
    assert browser.get(page).status_code == 404
    assert page not in browser.get("/stores").text
