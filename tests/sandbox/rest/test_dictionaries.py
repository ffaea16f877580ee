"""Tests for the dictionaries, which need no token."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.client import SandboxClient, error_of


def entry(
    sandbox: SandboxClient, store_id: int, path: str, key: str, value: str, **query: str
) -> dict[str, Any]:
    """Return the entry of a dictionary with a value in a field."""
    answer = sandbox.api(store_id, path, token=None, **query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = next(item for item in answer.json() if item[key] == value)
    return found


def test_dictionaries_have_the_documented_fields(sandbox: SandboxClient, store_id: int) -> None:
    def find(path: str, key: str, value: str, **query: str) -> dict[str, Any]:
        return entry(sandbox, store_id, path, key, value, **query)

    assert find("/countries", "code", "AT") == {"code": "AT", "name": "Austria"}
    assert find("/countries", "code", "AT", lang="de")["name"] == "Österreich"
    assert find("/countries", "code", "AT", lang="x!")["name"] == "Austria"
    with_states = find("/countries", "code", "US", withStates="true")
    assert {"code": "CA", "name": "California"} in with_states["states"]
    assert find("/states", "code", "BE", countryCode="de")["name"] == "Berlin"
    assert find("/currencies", "code", "HUF")["name"] == "Hungarian Forint"
    assert find("/currencyByCountry", "countryCode", "JP", countryCode="JP") == {
        "countryCode": "JP",
        "currencyCode": "JPY",
        "currencyName": "Japanese Yen",
        "prefix": "¥",
        "suffix": "",
        "decimalPlaces": "0",
    }
    assert find("/taxClasses", "taxClassCode", "reduced", countryCode="DE")["taxClassRate"] == "7"


@pytest.mark.parametrize("path", ["/states", "/currencyByCountry", "/taxClasses"])
def test_a_country_is_required(sandbox: SandboxClient, store_id: int, path: str) -> None:
    assert error_of(sandbox.api(store_id, path)) == (400, "WRONG_PARAMETER")


def test_dictionaries_belong_to_an_existing_store(sandbox: SandboxClient) -> None:
    assert error_of(sandbox.api(99, "/countries", token=None)) == (404, "STORE_NOT_FOUND")
