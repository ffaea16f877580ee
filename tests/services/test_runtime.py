"""A runtime opens nothing until used and gives each store a client with its own token."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import requests_mock
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from portal.config import Settings
from portal.ecwid.client import EcwidClient
from portal.errors import SealedTokenError, SettingsError, StoreNotConnectedError
from portal.jobs import DRAIN_EVENTS, PROBE_STORE
from portal.models import Grant, Store, utc_now
from portal.sealing import Sealer, new_key
from portal.services.runtime import Runtime, open_runtime
from portal.services.work.due_work import DueWork
from portal.wake_keys import wake_key
from tests.factories import make_grant, make_store

PROFILE_URL = "http://ecwid.invalid/api/v3/1003/profile"


def test_opening_connects_nothing(settings: Settings, tmp_path: Path) -> None:
    nowhere = replace(
        settings,
        database_url=f"sqlite:///{tmp_path}/new/portal.db",
        redis_url="redis://127.0.0.1:1/0",
        mail_url=f"file://{tmp_path}/new-mail",
    )

    opened = open_runtime(nowhere)

    assert opened.database.is_closed()
    assert not (tmp_path / "new" / "portal.db").exists()
    assert not (tmp_path / "new-mail").exists()


@pytest.mark.parametrize(
    "wrong",
    [{"encryption_keys": ()}, {"encryption_keys": ("x",)}, {"mail_url": "x"}, {"database_url": ""}],
    ids=repr,
)
def test_invalid_settings_are_refused(settings: Settings, wrong: dict) -> None:
    with pytest.raises(SettingsError):
        open_runtime(replace(settings, **wrong))


def test_client_of_a_store_sends_its_active_token(runtime: Runtime) -> None:
    store = make_store()
    make_grant(store, runtime.sealer, token="secret_old")
    Grant.revoke_all(store.id, "replaced")
    make_grant(store, runtime.sealer, token="secret_new")

    with requests_mock.Mocker() as ecwid:
        ecwid.get(PROFILE_URL, json={})
        runtime.client(store.id).profile()

    assert ecwid.last_request.headers["Authorization"] == "Bearer secret_new"


@pytest.mark.promise(9)
def test_store_without_an_active_token_has_no_client(runtime: Runtime) -> None:
    store = make_store()
    make_grant(make_store(id=2002), runtime.sealer)
    make_grant(store, runtime.sealer)
    Grant.revoke_all(store.id, "uninstalled")

    with pytest.raises(StoreNotConnectedError, match="store 1003 has no token in force"):
        runtime.client(store.id)


def test_token_sealed_with_a_lost_key_raises(runtime: Runtime) -> None:
    store = make_store()
    make_grant(store, Sealer([new_key()]))

    with pytest.raises(
        SealedTokenError, match="the token of store 1003 can't be opened"
    ) as reported:
        runtime.client(store.id)

    assert isinstance(reported.value, StoreNotConnectedError)


def test_token_copied_from_another_store_raises(runtime: Runtime) -> None:
    stolen = make_grant(make_store(id=2002), runtime.sealer)
    grant = make_grant(make_store(), runtime.sealer)
    Grant.update(sealed_access_token=stolen.sealed_access_token).where(
        Grant.id == grant.id
    ).execute()

    with pytest.raises(SealedTokenError):
        runtime.client(grant.store_id)


def test_unstored_token_can_be_used(runtime: Runtime) -> None:
    with requests_mock.Mocker() as ecwid:
        ecwid.get(PROFILE_URL, json={})
        runtime.client_with(1003, "secret_fresh").profile()

    assert ecwid.last_request.headers["Authorization"] == "Bearer secret_fresh"


def test_app_registration_comes_from_the_settings(runtime: Runtime) -> None:
    oauth, settings = runtime.oauth, runtime.settings

    assert (oauth.client_id, oauth.client_secret, oauth.oauth_url, oauth.callback_url) == (
        settings.ecwid_client_id,
        settings.ecwid_client_secret,
        settings.ecwid_oauth_url,
        "http://127.0.0.1:8000/connect/callback",
    )


def test_wake_up_goes_to_the_queue_server(runtime: Runtime) -> None:
    assert runtime.wake(DRAIN_EVENTS, 1003)

    assert runtime.redis.exists(wake_key(DRAIN_EVENTS.path, (1003,)))


def test_job_is_woken_once_for_each_id(runtime: Runtime) -> None:
    assert runtime.wake_many(DRAIN_EVENTS, iter([1003, 2002])) == 2

    queue = Queue(DRAIN_EVENTS.queue, connection=runtime.redis, serializer=JSONSerializer)
    assert [job.args for job in queue.jobs] == [[1003], [2002]]


def test_sweep_wakes_the_most_overdue_rows_first(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.services.runtime.QUEUE_DEPTH", 3)
    for number in range(5):
        make_store(id=1000 + number, probe_due_at=utc_now() - timedelta(minutes=number))
    due = DueWork(PROBE_STORE, Store.select(Store.id), Store.probe_due_at)

    assert [runtime.wake_due(due) for _ in range(2)] == [3, 0]

    queue = Queue(PROBE_STORE.queue, connection=runtime.redis, serializer=JSONSerializer)
    assert [job.args for job in queue.jobs] == [[1004], [1003], [1002]]


def test_no_ids_wake_nothing(runtime: Runtime) -> None:
    assert runtime.wake_many(DRAIN_EVENTS, []) == 0


@pytest.mark.parametrize(
    "call",
    [EcwidClient.profile, lambda client: client.page("/products")],
    ids=["an object", "a page of a list"],
)
def test_call_holds_no_database_connection(
    settings: Settings, redis: Redis, postgresql_database_url: str, call: Callable
) -> None:
    opened = open_runtime(replace(settings, database_url=postgresql_database_url))
    is_released = []

    def respond(_request: object, _context: object) -> str:
        is_released.append(opened.database.is_closed())
        return '{"total": 0, "items": []}'

    with opened.database.connection_context(), requests_mock.Mocker() as ecwid:
        make_grant(make_store(), opened.sealer)
        ecwid.get(requests_mock.ANY, text=respond)
        call(opened.client(1003))
        is_back = not opened.database.is_closed()

    opened.database.close_all()
    assert is_released == [True]
    assert is_back
