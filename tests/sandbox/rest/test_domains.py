"""Tests for the endpoints of domains."""

from __future__ import annotations

import pytest

from tests.sandbox.client import SandboxClient, error_of


def test_a_domain_is_found_and_bought(sandbox: SandboxClient, store_id: int) -> None:
    before = sandbox.api(store_id, "/domains/search", keyword="Alder Brae").json()
    purchase = {"domainName": "alderbrae.shop", "firstName": "Ada"}
    bought = sandbox.api(store_id, "/domains/purchase", method="POST", json=purchase).json()
    again = sandbox.api(store_id, "/domains/purchase", method="POST", json=purchase)
    after = sandbox.api(store_id, "/domains/search", keyword="alderbrae").json()
    domains = sandbox.api(store_id, "/domains").json()

    assert before["keyword"] == "alderbrae"
    assert {offer["status"] for offer in before["domains"]} == {"available"}
    assert (bought["name"], bought["domainOwnerInfo"]) == ("alderbrae.shop", {"firstName": "Ada"})
    assert again.status_code == 409
    assert [o["name"] for o in after["domains"] if o["status"] == "taken"] == ["alderbrae.shop"]
    assert domains["purchasedDomains"] == [bought]
    subdomain = domains["instantSiteDomain"]["ecwidSubdomain"]
    assert domains["instantSiteDomain"]["instantSiteUrl"].startswith(f"https://{subdomain}.")


@pytest.mark.parametrize("name", [None, 7, "", "alderbrae", "alder brae.shop", "x.shop\n"])
def test_a_wrong_domain_is_not_bought(sandbox: SandboxClient, store_id: int, name: object) -> None:
    body = {"domainName": name}

    answer = sandbox.api(store_id, "/domains/purchase", method="POST", json=body)

    assert error_of(answer) == (400, "WRONG_PARAMETER")


@pytest.mark.parametrize("keyword", ["", "!?"])
def test_a_search_needs_a_keyword(sandbox: SandboxClient, store_id: int, keyword: str) -> None:
    answer = sandbox.api(store_id, "/domains/search", keyword=keyword)

    assert error_of(answer) == (400, "WRONG_PARAMETER")
