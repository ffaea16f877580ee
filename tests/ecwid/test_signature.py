"""Only a signature made with one of our secrets is genuine."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.ecwid.signature import SigningKey, matching_key, sign

# The first is from a third-party client's tests, the second was made with openssl.
VECTORS = [
    (
        "test_client_secret",
        1234567,
        "80aece08-40e8-4145-8764-6c2f0d38678",
        "ekmGPQc/IpCwO6woAiM+L8uvY6chew4n6JVQCiDrEVw=",
    ),
    (
        "sandbox_client_secret_0001",
        1700000000,
        "6f1c2a34-5b6d-4e7f-8a90-b1c2d3e4f506",
        "yCNaCiRvRge5cuvyRHJhJvowzCDiRaJ/vd88i8PtLM8=",
    ),
]
SECRET, CREATED, EVENT_ID, SIGNATURE = VECTORS[1]


def key_of(
    signature: str | None, current: str, previous: str = "", *, created: int = CREATED
) -> SigningKey | None:
    return matching_key(
        signature, current=current, previous=previous, event_created=created, event_id=EVENT_ID
    )


@pytest.mark.parametrize(("secret", "created", "event_id", "signature"), VECTORS)
def test_known_signatures_are_genuine(
    secret: str, created: int, event_id: str, signature: str
) -> None:
    assert sign(secret, created, event_id) == signature
    found = matching_key(signature, current=secret, event_created=created, event_id=event_id)
    assert found is SigningKey.CURRENT


@pytest.mark.promise(3)
@pytest.mark.parametrize(
    "signature",
    [None, "", " ", SIGNATURE[:-1], SIGNATURE + "=", SIGNATURE.lower(), f" {SIGNATURE}", "é"],
)
def test_missing_or_wrong_signature_is_not_genuine(signature: str | None) -> None:
    assert key_of(signature, SECRET, "another secret") is None


def test_signature_of_another_secret_is_not_genuine() -> None:
    assert key_of(SIGNATURE, "another secret") is None


def test_signature_of_another_time_or_event_is_not_genuine() -> None:
    assert key_of(SIGNATURE, SECRET, created=CREATED + 1) is None
    assert not matching_key(SIGNATURE, current=SECRET, event_created=CREATED, event_id="other")


def test_signature_of_the_previous_secret_is_genuine() -> None:
    assert key_of(SIGNATURE, "new secret", SECRET) is SigningKey.PREVIOUS


def test_unset_secret_accepts_no_signature() -> None:
    made_without_secret = sign("", CREATED, EVENT_ID)

    assert key_of(made_without_secret, SECRET, "") is None
    assert key_of(made_without_secret, "", "") is None
    assert key_of(SIGNATURE, "") is None


@given(secret=st.text(min_size=1), created=st.integers(), event_id=st.text(), other=st.text())
def test_our_signature_is_genuine_for_the_same_secret_only(
    secret: str, created: int, event_id: str, other: str
) -> None:
    signature = sign(secret, created, event_id)
    values = {"event_created": created, "event_id": event_id}

    assert matching_key(signature, current=secret, **values) is SigningKey.CURRENT
    # HMAC pads a short key with NUL, so trailing NULs make no difference.
    is_same = other.rstrip("\0") == secret.rstrip("\0")
    is_found = matching_key(signature, current=other, **values) is not None
    assert is_found is (is_same and other != "")
