from typing import Literal

ListSubmissionsSubmissionState = Literal[
    "received", "rejected", "resolved", "submitted", "submitting", "unknown", "validated"
]

LIST_SUBMISSIONS_SUBMISSION_STATE_VALUES: set[ListSubmissionsSubmissionState] = {
    "received",
    "rejected",
    "resolved",
    "submitted",
    "submitting",
    "unknown",
    "validated",
}


def check_list_submissions_submission_state(value: str) -> ListSubmissionsSubmissionState:
    if value in LIST_SUBMISSIONS_SUBMISSION_STATE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {LIST_SUBMISSIONS_SUBMISSION_STATE_VALUES!r}"
    )
