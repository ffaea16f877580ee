from typing import Literal

ConsentStatus = Literal["active", "paused", "revoked"]

CONSENT_STATUS_VALUES: set[ConsentStatus] = {
    "active",
    "paused",
    "revoked",
}


def check_consent_status(value: str) -> ConsentStatus:
    if value in CONSENT_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CONSENT_STATUS_VALUES!r}")
