from typing import Literal

SubmissionState = Literal[
    "received", "rejected", "resolved", "submitted", "submitting", "unknown", "validated"
]

SUBMISSION_STATE_VALUES: set[SubmissionState] = {
    "received",
    "rejected",
    "resolved",
    "submitted",
    "submitting",
    "unknown",
    "validated",
}


def check_submission_state(value: str) -> SubmissionState:
    if value in SUBMISSION_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SUBMISSION_STATE_VALUES!r}")
