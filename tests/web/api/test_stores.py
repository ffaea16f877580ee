"""A store's facts in the API come from its profile at Ecwid."""

from __future__ import annotations

from portal.models import Channel, Merchant, Store
from portal.rules.api_keys.key_scopes import KeyScope
from portal.sandbox.parts import Parts
from portal.services.channels.consents import grant_consent
from portal.services.connection.probe_store import probe_store
from portal.services.runtime import Runtime
from tests.factories import make_store
from tests.web.api.conftest import Caller


def test_store_has_the_facts_of_its_profile(caller: Caller, shop: Parts, runtime: Runtime) -> None:
    before = caller.get("/stores/1003").json
    probe_store(runtime, 1003)
    store = caller.get("/stores/1003").json

    assert (before["country_code"], before["languages"], before["currency_format"]) == (
        None,
        [],
        None,
    )
    assert (store["country_code"], store["prices_include_tax"]) == ("DE", True)
    assert (store["languages"], store["default_language"]) == (["en", "de"], "en")
    assert (store["weight_unit"], store["dimensions_unit"]) == ("KILOGRAM", "CM")
    assert store["logo_url"] == f"{store['url'].rstrip('/')}/logo.png"
    assert store["currency_format"] == {
        "prefix": "€",
        "suffix": "",
        "decimals": 2,
        "group_separator": ",",
        "decimal_separator": ".",
        "hides_zero_fraction": False,
    }
    assert caller.get("/stores").json["items"] == [store]


def test_store_says_whether_it_takes_orders(caller: Caller, shop: Parts, runtime: Runtime) -> None:
    for changes, reason in (
        ({"settings": {"closed": True}}, "closed"),
        ({"suspended": True}, "paused"),
        ({"settings": {"closed": False}, "suspended": False}, None),
    ):
        shop.stores.change(1003, changes)
        probe_store(runtime, 1003)
        assert caller.get("/stores/1003").json["orders"] == {
            "accepts_orders": reason is None,
            "reason": reason,
        }
    assert Store.get_by_id(1003).profile_details["country_code"] == "DE"


def test_stores_are_listed_in_pages(market: Caller, channel: Channel, merchant: Merchant) -> None:
    for number in range(2001, 2005):
        other = make_store(merchant, id=number)
        grant_consent(channel, other, [KeyScope.READ_CATALOG], merchant)

    pages = [market.get("/stores?limit=2").json]
    while pages[-1]["next"]:
        pages.append(market.get(f"/stores?limit=2&after={pages[-1]['next']}").json)

    assert [[store["id"] for store in page["items"]] for page in pages] == [
        [1003, 2001],
        [2002, 2003],
        [2004],
    ]
    assert pages[1]["items"][0]["scopes"] == ["read_catalog"]


def test_stores_are_found_by_the_reference_of_their_link(
    market: Caller, channel: Channel, merchant: Merchant
) -> None:
    grant_consent(channel, make_store(merchant, id=2001), [KeyScope.READ_CATALOG], merchant)

    found = market.get("/stores?external_reference=shop-7").json

    assert [store["id"] for store in found["items"]] == [1003]
    assert market.get("/stores?external_reference=").json["items"] == []
