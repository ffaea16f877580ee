"""Runtime of a process: its database, queue server and HTTP pool, opened once at startup."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import requests
from peewee import Database
from redis import Redis

from portal.config import Settings
from portal.ecwid.client import EcwidClient
from portal.ecwid.errors import CallFacts, EcwidError
from portal.ecwid.oauth import OAuthApp
from portal.ecwid.rate_limiter import Priority, RateLimiter
from portal.ecwid.transport import Params, Transport, open_http
from portal.errors import SealedSecretError, SealedTokenError, StoreNotConnectedError
from portal.jobs import PROBE_STORE, QUEUE_DEPTH, Job, wake, wake_due, wake_many
from portal.mail import Mailer
from portal.models import Grant, Store, open_database, utc_now
from portal.models.base import POOL_SIZE, released_connection
from portal.models.write_lock import WriteLock
from portal.sealing import Sealer
from portal.services.background.arrival_recorder import ArrivalRecorder
from portal.services.background.drain_waker import DrainWaker
from portal.services.background.rejected_webhook_counter import RejectedWebhookCounter
from portal.services.background.security_event_counter import SecurityEventCounter
from portal.services.background.wal_checkpointer import WalCheckpointer
from portal.services.sign_in_throttle import SignInThrottle
from portal.services.work.due_work import DueWork
from portal.services.work.store_concurrency import StoreConcurrency

REDIS_TIMEOUT_S = 2
# Connections open when a thread needs one more.
MAX_REDIS_CONNECTIONS = 1_000


@dataclass
class StoreTransport(Transport):
    """Transport that records answers, and needs no database connection during a call."""

    concurrency: StoreConcurrency | None = None

    def send(
        self, method: str, path: str, *, params: Params | None = None, body: Any = None
    ) -> tuple[bytes, CallFacts]:
        """Send one call; see `Transport.send`."""
        with released_connection():
            try:
                answer = super().send(method, path, params=params, body=body)
            except EcwidError as error:
                if error.facts.status is not None:
                    self._record_answer()
                raise
            self._record_answer()
            return answer

    def _record_answer(self) -> None:
        if self.concurrency is not None:
            self.concurrency.record_answer(self.store_id)


@dataclass(frozen=True)
class Runtime:
    """Settings and open resources of one process."""

    settings: Settings
    database: Database
    redis: Redis
    http: requests.Session
    sealer: Sealer
    mailer: Mailer
    rate_limiter: RateLimiter
    store_concurrency: StoreConcurrency
    write_lock: WriteLock
    wal_checkpointer: WalCheckpointer
    rejected_webhooks: RejectedWebhookCounter
    security_events: SecurityEventCounter
    arrival_recorder: ArrivalRecorder
    drain_waker: DrainWaker
    sign_in_throttle: SignInThrottle

    @property
    def oauth(self) -> OAuthApp:
        """Return our app's registration at Ecwid."""
        settings = self.settings
        return OAuthApp(
            settings.ecwid_client_id,
            settings.ecwid_client_secret,
            settings.ecwid_oauth_url,
            settings.callback_url,
        )

    def client(self, store_id: int, priority: Priority = Priority.INTERACTIVE) -> EcwidClient:
        """Return a client with this store's active token; ``priority`` is its rate limit priority.

        Raises StoreNotConnectedError if the store has no active token, and SealedTokenError if
        our keys can't open it; then the daemon is woken to check the store and ask for a reconnect.
        """
        sealed_token = Grant.active_sealed_token(store_id)
        if sealed_token is None:
            raise StoreNotConnectedError(f"store {store_id} has no token in force")
        try:
            token = self.sealer.open(sealed_token, "grant.sealed_access_token", store_id)
        except SealedSecretError as error:
            self.request_probe(store_id)
            raise SealedTokenError(f"the token of store {store_id} can't be opened") from error
        return self.client_with(store_id, token, priority)

    def client_with(
        self,
        store_id: int,
        access_token: str,
        priority: Priority = Priority.INTERACTIVE,
        *,
        timeout_s: float | None = None,
    ) -> EcwidClient:
        """Return a client with a token that is not stored yet, such as during onboarding.

        ``timeout_s`` is how long a call waits for Ecwid's answer, by default 20 seconds.
        """
        token_limiter = self.rate_limiter.for_token(access_token, priority)
        return EcwidClient(
            StoreTransport(
                self.http,
                self.settings.ecwid_api_url,
                store_id,
                access_token,
                token_limiter,
                concurrency=self.store_concurrency,
                read_timeout_s=timeout_s,
            )
        )

    def mark_token_valid(self, access_token: str) -> None:
        """Mark a suspect or dead token as valid for all processes: Ecwid has just issued it."""
        self.rate_limiter.for_token(access_token, Priority.INTERACTIVE).mark_valid()

    def request_probe(self, store_id: int, *, at_front: bool = False) -> None:
        """Have the daemon check the store's connection now; call it after the commit.

        ``at_front`` means that a person waits for the check.
        """
        Store.update(probe_due_at=utc_now()).where(Store.id == store_id).execute()
        self.wake(PROBE_STORE, store_id, at_front=at_front)

    def wake(self, job: Job, *ids: int, at_front: bool = False) -> bool:
        """Have the daemon run ``job`` soon; see `portal.jobs.wake`."""
        return wake(self.redis, job, *ids, at_front=at_front)

    def wake_many(self, job: Job, ids: Iterable[int], *, at_front: bool = False) -> int:
        """Wake ``job`` once for each id, with two calls to Redis; return the number of ids."""
        found = [(each,) for each in ids]
        wake_many(self.redis, job, found, at_front=at_front)
        return len(found)

    def wake_due(self, due: DueWork) -> int:
        """Wake the jobs of due rows as far as their queue has room; return how many.

        The most urgent come first. Jobs that wait already are skipped.
        """
        # Not only the room: the first rows may have a waiting job.
        return wake_due(self.redis, due.job, due.most_urgent(QUEUE_DEPTH))

    def finish(self) -> None:
        """Flush all debounced work and close the write lock; called when a process or test ends."""
        self.drain_waker.flush()
        self.arrival_recorder.flush()
        self.rejected_webhooks.flush()
        self.security_events.flush()
        self.wal_checkpointer.flush()
        self.write_lock.close()


def open_runtime(
    settings: Settings, *, threads: int = 0, max_connections: int = POOL_SIZE
) -> Runtime:
    """Return a runtime for ``settings``; connections open on first use.

    ``threads`` and ``max_connections`` concern the database; see `open_database`.
    """
    redis = open_redis(settings.effective_redis_url)
    database = open_database(
        settings.database_url, threads=threads, max_connections=max_connections
    )
    rejected_webhooks = RejectedWebhookCounter(database)
    write_lock = WriteLock(database)
    return Runtime(
        settings=settings,
        database=database,
        redis=redis,
        http=open_http(),
        sealer=Sealer(settings.encryption_keys),
        mailer=Mailer(settings.mail_url),
        rate_limiter=RateLimiter(redis, settings.ecwid_requests_per_minute),
        store_concurrency=StoreConcurrency(redis),
        write_lock=write_lock,
        wal_checkpointer=WalCheckpointer(database, write_lock),
        rejected_webhooks=rejected_webhooks,
        security_events=SecurityEventCounter(database),
        arrival_recorder=ArrivalRecorder(database, rejected_webhooks),
        drain_waker=DrainWaker(redis),
        sign_in_throttle=SignInThrottle(redis, settings.secret_keys[0]),
    )


def open_redis(address: str) -> Redis:
    """Return a connection pool to the queue server with a timeout of `REDIS_TIMEOUT_S`."""
    return Redis.from_url(
        address,
        socket_connect_timeout=REDIS_TIMEOUT_S,
        socket_timeout=REDIS_TIMEOUT_S,
        max_connections=MAX_REDIS_CONNECTIONS,
    )
