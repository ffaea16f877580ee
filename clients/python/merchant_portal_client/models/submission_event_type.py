from typing import Literal

SubmissionEventType = Literal["submission.accepted", "submission.rejected", "submission.unresolved"]

SUBMISSION_EVENT_TYPE_VALUES: set[SubmissionEventType] = {
    "submission.accepted",
    "submission.rejected",
    "submission.unresolved",
}


def check_submission_event_type(value: str) -> SubmissionEventType:
    if value in SUBMISSION_EVENT_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SUBMISSION_EVENT_TYPE_VALUES!r}")
