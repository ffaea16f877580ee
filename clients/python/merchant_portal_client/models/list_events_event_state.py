from typing import Literal

ListEventsEventState = Literal["applied", "dead", "ignored", "pending"]

LIST_EVENTS_EVENT_STATE_VALUES: set[ListEventsEventState] = {
    "applied",
    "dead",
    "ignored",
    "pending",
}


def check_list_events_event_state(value: str) -> ListEventsEventState:
    if value in LIST_EVENTS_EVENT_STATE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {LIST_EVENTS_EVENT_STATE_VALUES!r}"
    )
