"""Replays of one event or of all matching events, their progress and their cancellation."""

from __future__ import annotations

import pytest

from portal.models import EventReplay, EventState, ReplayState, Store, StoreState, WebhookEvent
from portal.services.events import replay_events
from portal.services.events.advance_replay import advance_replay
from portal.services.runtime import Runtime
from tests.factories import make_event
from tests.web.conftest import Visitor, page_text
from tests.web.events.conftest import make_dead

PAGE = "/stores/1003/events"


def test_one_event_is_replayed_and_shown_as_waiting(browser: Visitor, store: Store) -> None:
    make_dead()

    response = browser.post(f"{PAGE}/dead-0/replay")

    assert (response.status_code, response.headers["Location"]) == (303, f"{PAGE}/dead-0")
    page = page_text(browser.get(f"{PAGE}/dead-0"))
    assert "We're processing this event again." in page
    assert "From Failed, pending" in page
    assert WebhookEvent.get().state == EventState.PENDING
    assert EventReplay.get().requested_by.email == "ada@example.com"


def test_waiting_event_cannot_be_replayed(browser: Visitor, store: Store) -> None:
    make_event(event_id="e")

    browser.post(f"{PAGE}/e/replay")

    assert "This event is already waiting to be processed." in page_text(browser.get(PAGE))
    assert EventReplay.select().count() == 0


def test_list_links_to_a_confirmation_with_the_number_of_events(
    browser: Visitor, store: Store
) -> None:
    make_dead(3)
    make_event(event_id="waits")

    listed = browser.get(f"{PAGE}?state=dead").text
    assert f'href="{PAGE}/replay?state=dead"' in listed
    page = page_text(browser.get(f"{PAGE}/replay?state=dead"))

    assert "Status: Failed" in page
    assert "3 events match now." in page
    assert "Start replay" in page
    assert EventReplay.select().count() == 0


def test_large_count_is_shown_as_a_lower_bound(
    browser: Visitor, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay_events, "COUNT_LIMIT", 2)
    make_dead(3)

    assert "More than 2 events match now." in page_text(browser.get(f"{PAGE}/replay"))
    browser.post(f"{PAGE}/replay")
    replay_id = EventReplay.get().id
    page = page_text(browser.get(f"{PAGE}/replays/{replay_id}"))
    assert "Matching at the start more than 2" in page
    assert "0 so far" in page


def test_confirmed_replay_shows_its_progress(
    browser: Visitor, runtime: Runtime, store: Store
) -> None:
    make_dead(3)

    response = browser.post(f"{PAGE}/replay", state="dead", type="product.updated")
    replay_id = EventReplay.get().id
    advance_replay(runtime, replay_id)
    WebhookEvent.update(state=EventState.APPLIED).where(WebhookEvent.event_id != "dead-2").execute()
    advance_replay(runtime, replay_id)

    address = f"{PAGE}/replays/{replay_id}"
    assert (response.status_code, response.headers["Location"]) == (303, address)
    page = page_text(browser.get(address))
    assert "Type: product.updated Status: Failed" in page
    assert "2 of 3" in page
    assert "Processed 2" in page
    assert "Pending 1" in page
    assert "by ada@example.com" in page
    assert 'data-live-every="2"' in browser.get(address).text
    assert "2 of 3" in browser.get(f"{address}/progress").text
    assert "A replay is running." not in page_text(browser.get(PAGE))


def test_running_replay_is_shown_on_the_list(browser: Visitor, store: Store) -> None:
    make_dead(1)
    browser.post(f"{PAGE}/replay")

    page = page_text(browser.get(PAGE))

    assert "A replay is running." in page
    assert "Replay all" not in page
    assert browser.post(f"{PAGE}/replay").headers["Location"] == PAGE
    assert "A replay is already running for this store." in page_text(browser.get(PAGE))


def test_canceled_replay_says_how_many_events_were_processed(
    browser: Visitor, runtime: Runtime, store: Store
) -> None:
    make_dead(3)
    browser.post(f"{PAGE}/replay")
    kept = EventReplay.get()
    advance_replay(runtime, kept.id)
    WebhookEvent.update(state=EventState.APPLIED).where(WebhookEvent.event_id == "dead-0").execute()

    response = browser.post(f"{PAGE}/replays/{kept.id}/cancel")

    assert response.status_code == 303
    page = page_text(browser.get(f"{PAGE}/replays/{kept.id}"))
    assert "Replay canceled. 1 event had been processed again." in page
    assert "2 pending events were restored to their earlier state." in page
    assert "canceled by ada@example.com" in page
    assert "Cancel the replay" not in page
    browser.post(f"{PAGE}/replays/{kept.id}/cancel")
    assert "This replay has already ended." in page_text(browser.get(PAGE))


def test_replays_are_listed_with_who_started_them(
    browser: Visitor, runtime: Runtime, store: Store
) -> None:
    assert "No replays yet" in page_text(browser.get(f"{PAGE}/replays"))
    make_dead(1)
    browser.post(f"{PAGE}/replay", state="dead")
    EventReplay.update(state=ReplayState.DONE, requested_by=None).execute()

    page = page_text(browser.get(f"{PAGE}/replays"))

    assert "Status: Failed an operator 0 Done" in page


def test_replay_without_matching_events_is_not_offered(browser: Visitor, store: Store) -> None:
    page = page_text(browser.get(f"{PAGE}/replay?state=dead"))

    assert "0 events match now." in page
    assert "Start replay" not in page
    assert browser.post(f"{PAGE}/replay", state="dead").status_code == 303
    assert "No processed event matches." in page_text(browser.get(PAGE))


def test_invalid_filter_replays_nothing(browser: Visitor, store: Store) -> None:
    make_dead(1)

    for response in (
        browser.get(f"{PAGE}/replay?since=yesterday"),
        browser.post(f"{PAGE}/replay", since="yesterday"),
    ):
        assert response.status_code == 422
        assert "Enter a date and a time" in page_text(response)
        assert "Start replay" not in page_text(response)
    assert EventReplay.select().count() == 0


def test_replay_is_not_offered_for_a_stopped_store(browser: Visitor, store: Store) -> None:
    make_dead(1)
    Store.update(state=StoreState.RECONNECT).execute()

    assert "Replay all" not in page_text(browser.get(PAGE))
    assert "Replay this event" not in page_text(browser.get(f"{PAGE}/dead-0"))
    assert "Start replay" not in page_text(browser.get(f"{PAGE}/replay"))
    browser.post(f"{PAGE}/dead-0/replay")
    assert "We can't sync until the store's connection works again." in page_text(browser.get(PAGE))


@pytest.mark.promise(9)
def test_stranger_cannot_see_or_change_replays(
    stranger: Visitor, browser: Visitor, store: Store
) -> None:
    make_dead(1)
    browser.post(f"{PAGE}/replay")
    address = f"{PAGE}/replays/{EventReplay.get().id}"

    for path in (f"{PAGE}/replay", f"{PAGE}/replays", address, f"{address}/progress"):
        assert stranger.get(path).status_code == 404
    for path in (f"{PAGE}/replay", f"{PAGE}/dead-0/replay", f"{address}/cancel"):
        assert stranger.post(path).status_code == 404
    assert EventReplay.get().state == ReplayState.RUNNING
    assert browser.get(f"{PAGE}/replays/404").status_code == 404


def test_replay_without_csrf_token_is_rejected(browser: Visitor, store: Store) -> None:
    make_dead(1)

    assert browser.client.post(f"{PAGE}/replay").status_code == 400
    assert EventReplay.select().count() == 0
