from typing import Literal

OnboardingStatus = Literal[
    "account",
    "connected",
    "consent",
    "expired",
    "imported",
    "invited",
    "opened",
    "refused",
    "withdrawn",
]

ONBOARDING_STATUS_VALUES: set[OnboardingStatus] = {
    "account",
    "connected",
    "consent",
    "expired",
    "imported",
    "invited",
    "opened",
    "refused",
    "withdrawn",
}


def check_onboarding_status(value: str) -> OnboardingStatus:
    if value in ONBOARDING_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ONBOARDING_STATUS_VALUES!r}")
