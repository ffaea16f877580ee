"""The style guide shows the components, to developers only."""

from __future__ import annotations

import re
from dataclasses import replace

from portal.paths import TEMPLATES
from portal.services.runtime import Runtime
from portal.web.app import create_app
from tests.web.conftest import Visitor

PAGE = "/_style-guide"
# Components that need a whole page's data, or are on every page; one page of each is named.
ON_THEIR_PAGES = {
    "amounts": "orders.show",
    "bar_chart": "stores.charts",
    "filter_summary": "events.confirm",
    "form": "account.index",
    "freshness_chart": "sync.index",
    "invitation": "stores.index",
    "language_switch": "style_guide.show",
    "list_controls": "products.index",
    "live": "stores.show",
    "page_header": "style_guide.show",
    "passkey_button": "accounts.sign_in",
    "qr_code": "account.begin_second_factor",
    "radio_group": "team.index",
}


def test_each_component_has_a_section(visitor: Visitor) -> None:
    page = visitor.get(PAGE)

    assert page.status_code == 200
    shown = set(re.findall('id="component-([a-z_]+)"', page.text))
    components = {path.stem for path in (TEMPLATES / "components").glob("*.html")}
    assert components == shown | ON_THEIR_PAGES.keys()
    assert not shown & ON_THEIR_PAGES.keys()


def test_there_is_no_style_guide_in_production(runtime: Runtime) -> None:
    production = replace(runtime, settings=replace(runtime.settings, env="production"))

    address = runtime.settings.portal_url
    response = Visitor(create_app(production)).client.get(PAGE, base_url=address)

    assert response.status_code == 404
