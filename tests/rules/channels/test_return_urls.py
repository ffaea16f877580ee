"""Merchants are sent back only to URLs that operators have allowed for the channel."""

from __future__ import annotations

import pytest

from portal.rules.channels.return_urls import (
    URL_LIMIT,
    is_allowed_entry,
    is_on_allow_list,
    with_outcome,
)

ALLOWED = ("https://market.example/connect", "http://127.0.0.1:9000/")


@pytest.mark.parametrize(
    "url",
    [
        "https://market.example/connect",
        "https://market.example/connect/",
        "https://market.example/connect/done?cart=7",
        "https://MARKET.example/connect?next=%2F%2Fevil.example",
        "http://127.0.0.1:9000/anything",
    ],
)
def test_a_url_at_or_below_an_entry_is_allowed(url: str) -> None:
    assert is_on_allow_list(url, ALLOWED)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/connect",
        "//market.example/connect",
        "http://market.example/connect",
        "https://market.example",
        "https://market.example/connected",
        "https://market.example:444/connect",
        "https://market.example.evil.example/connect",
        "https://market.example@evil.example/connect",
        "https://evil.example\\@market.example/connect",
        "https://evil.example/https://market.example/connect",
        "https://market.example/connect/../evil",
        "https://market.example/connect/%2E%2e/evil",
        "https://market.example/connect#top",
        "https://market.example/connect?outcome=completed",
        "https://market.example/connect?x=1&reference=other",
        "https://market.example/con\tnect",
        "https://market.example/connect\n",
        "https://m\u0430rket.example/connect",  # a Cyrillic letter
        "https://market.example:port/connect",
        "https://[market.example/connect",
        "javascript:alert(1)",
        f"https://market.example/connect/{'x' * URL_LIMIT}",
    ],
)
def test_any_other_url_is_refused(url: str) -> None:
    assert not is_on_allow_list(url, ALLOWED)


@pytest.mark.parametrize(
    ("url", "is_possible"),
    [
        ("https://market.example", True),
        ("http://localhost:9000/back", True),
        ("http://market.example", False),
        ("https://market.example/back?x=1", False),
        ("https://market.example/back#x", False),
        ("market.example", False),
    ],
)
def test_an_entry_of_the_list_is_an_https_url_without_parameters(
    url: str, is_possible: bool
) -> None:
    assert is_allowed_entry(url) is is_possible


def test_outcome_and_reference_are_added_to_the_parameters() -> None:
    url = with_outcome("https://market.example/connect?cart=7&x=", "completed", "a&b=c")

    assert url == ("https://market.example/connect?cart=7&x=&outcome=completed&reference=a%26b%3Dc")
    assert with_outcome("https://m.example/", "refused", "") == "https://m.example/?outcome=refused"
