from typing import Literal

PauseOrResumeResourceAction = Literal["pause", "resume"]

PAUSE_OR_RESUME_RESOURCE_ACTION_VALUES: set[PauseOrResumeResourceAction] = {
    "pause",
    "resume",
}


def check_pause_or_resume_resource_action(value: str) -> PauseOrResumeResourceAction:
    if value in PAUSE_OR_RESUME_RESOURCE_ACTION_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {PAUSE_OR_RESUME_RESOURCE_ACTION_VALUES!r}"
    )
