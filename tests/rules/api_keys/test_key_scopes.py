"""A key may do what both its own scopes and the store's consent include."""

from __future__ import annotations

import pytest

from portal.rules.api_keys.key_scopes import (
    CHANNEL_SCOPES,
    PURPOSES,
    STORE_SCOPES,
    KeyScope,
    is_allowed,
    known_scopes,
    store_scopes,
)

READ, WRITE, LINKS = KeyScope.READ_CATALOG, KeyScope.WRITE_ORDERS, KeyScope.MANAGE_LINKS


@pytest.mark.parametrize(
    ("scope", "of_key", "consented", "expected"),
    [
        (READ, [READ], [READ], True),
        (READ, [READ], [WRITE], False),
        (READ, [WRITE], [READ, WRITE], False),
        (READ, [READ], [], False),
        (LINKS, [LINKS], [], True),
        (LINKS, [READ], [LINKS], False),
    ],
)
def test_scope_is_that_of_key_and_consent(
    scope: KeyScope, of_key: list[KeyScope], consented: list[KeyScope], expected: bool
) -> None:
    assert is_allowed(scope, of_key, consented) is expected


def test_every_scope_has_a_purpose_and_is_about_the_channel_or_a_store() -> None:
    assert set(PURPOSES) == set(KeyScope) == {*CHANNEL_SCOPES, *STORE_SCOPES}
    assert known_scopes(["manage_links", "read_catalog", "nonsense"]) == (READ, LINKS)
    assert store_scopes(["manage_links", "read_catalog", "nonsense"]) == (READ,)
