from typing import Literal

PauseOrResumeWebhookEndpointAction = Literal["pause", "resume"]

PAUSE_OR_RESUME_WEBHOOK_ENDPOINT_ACTION_VALUES: set[PauseOrResumeWebhookEndpointAction] = {
    "pause",
    "resume",
}


def check_pause_or_resume_webhook_endpoint_action(value: str) -> PauseOrResumeWebhookEndpointAction:
    if value in PAUSE_OR_RESUME_WEBHOOK_ENDPOINT_ACTION_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {PAUSE_OR_RESUME_WEBHOOK_ENDPOINT_ACTION_VALUES!r}"
    )
