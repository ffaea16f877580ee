"""Settings come from the environment and .env, are validated, and don't reveal secrets."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from portal.config import Settings
from portal.errors import SettingsError
from portal.read_settings import read_settings
from portal.sealing import new_key
from portal.thread_counts import auto_threads, cores

SETTINGS = {
    "PORTAL_SECRET_KEY",
    "PORTAL_ENV",
    "PORTAL_URL",
    "PORTAL_ENCRYPTION_KEYS",
    "DATABASE_URL",
    "REDIS_URL",
    "ECWID_CLIENT_ID",
    "ECWID_CLIENT_SECRET",
    "ECWID_PREVIOUS_CLIENT_SECRET",
    "ECWID_OAUTH_URL",
    "ECWID_API_URL",
    "ECWID_EXTRA_SCOPES",
    "ECWID_WEBHOOK_MODE",
    "ECWID_REQUESTS_PER_MINUTE",
    "EXPORT_DIR",
    "MAIL_URL",
    "SYNC_PROCESSES",
    "EVENT_THREADS",
    "POLL_THREADS",
    "SYNC_THREADS",
    "CHECK_THREADS",
    "ORDER_THREADS",
    "DELIVERY_THREADS",
    "DATABASE_CONNECTIONS",
    "OUTBOUND_EVENT_RETENTION_DAYS",
    "AUDIT_LOG_RETENTION_DAYS",
    "TOMBSTONE_DAYS",
    "ERASURE_HOLD_MINUTES",
    "VALKEY_MEMORY_MB",
    "ENDPOINT_DISABLE_AFTER_HOURS",
    "SYNC_RUN_RETENTION_DAYS",
    "EVENT_PAYLOAD_RETENTION_DAYS",
    "EVENT_RETENTION_DAYS",
    "MIRROR_RETENTION_DAYS",
    "API_BURST",
    "API_REQUESTS_PER_MINUTE",
    "PORTAL_LOGO",
    "PORTAL_NAME",
    "SUPPORT_EMAIL",
    "SUPPORT_URL",
    "SECURITY_CONTACT",
    "PORTAL_PLAIN_NETWORK",
    "PORTAL_TRUSTED_PROXIES",
    "PORTAL_HSTS_SUBDOMAINS",
    "FIRST_OPERATOR_EMAIL",
}
# All of these are rejected for the same reason.
NUMBERS = {
    name
    for name in SETTINGS
    for field in fields(Settings)
    if type(field.default) is int and name.removeprefix("PORTAL_") == field.name.upper()
}
# Constants, because they are in the names of tests.
KEY = "TPWP8pByI_CupwvKBAok-G08jaRY6rlLd77ZnrgvTQk="
OLD_KEY = "CNhDh4et-jVCP6cBZZi-pEWSl_Z2Q5CfuVkK19R1Y-A="
KEYS = {"PORTAL_SECRET_KEY": "secret-key", "PORTAL_ENCRYPTION_KEYS": f"{KEY}, {OLD_KEY}"}


class RecordingEnvironment(Mapping[str, str]):
    """Environment that records the name of every setting that is read."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.asked: set[str] = set()
        self._values = values

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def settings_asked_for() -> set[str]:
    """Return the names of all settings that the code reads."""
    environment = RecordingEnvironment(KEYS)
    read_settings(environment)
    return environment.asked


def test_code_reads_exactly_the_documented_settings() -> None:
    assert settings_asked_for() == SETTINGS


def test_every_setting_has_its_default() -> None:
    settings = read_settings(KEYS)

    assert settings == Settings(
        secret_keys=("secret-key",),
        encryption_keys=(KEY, OLD_KEY),
        env="development",
        portal_url="http://127.0.0.1:8000",
        database_url="sqlite:///var/portal.db",
        redis_url="",
        data_dir=Path("var"),
        ecwid_client_id="",
        ecwid_client_secret="",
        ecwid_previous_client_secret="",
        ecwid_oauth_url="https://my.ecwid.com/api/oauth",
        ecwid_api_url="https://app.ecwid.com/api/v3",
        ecwid_extra_scopes=(),
        ecwid_webhook_mode="auto",
        ecwid_requests_per_minute=600,
        mail_url="file://var/mail",
        sync_processes=cores(),
        event_threads=auto_threads(cores()),
        poll_threads=auto_threads(cores()),
        sync_threads=auto_threads(cores()),
        check_threads=auto_threads(cores()),
        order_threads=auto_threads(cores()),
        delivery_threads=1,
        database_connections=60,
        outbound_event_retention_days=30,
        audit_log_retention_days=730,
        endpoint_disable_after_hours=72,
        sync_run_retention_days=90,
        event_payload_retention_days=30,
        event_retention_days=90,
        first_operator_email="",
    )


@pytest.mark.parametrize(
    ("name", "text", "field", "value"),
    [
        ("PORTAL_SECRET_KEY", "new, old", "secret_keys", ("new", "old")),
        ("PORTAL_ENCRYPTION_KEYS", f"{KEY},,{OLD_KEY} ,", "encryption_keys", (KEY, OLD_KEY)),
        ("SUPPORT_EMAIL", " help@clay.example ", "support_email", "help@clay.example"),
        ("SUPPORT_URL", "https://clay.example/?q=1", "support_url", "https://clay.example/?q=1"),
        ("PORTAL_NAME", " Clay market ", "portal_name", "Clay market"),
        ("PORTAL_LOGO", "https://clay.example/a.png", "portal_logo", "https://clay.example/a.png"),
        ("PORTAL_LOGO", "static/icon.svg", "portal_logo", "static/icon.svg"),
        ("SECURITY_CONTACT", "cert@clay.example", "security_contact", "cert@clay.example"),
        ("SECURITY_CONTACT", "https://clay.example", "security_contact", "https://clay.example"),
        ("PORTAL_URL", "https://portal.example/", "portal_url", "https://portal.example"),
        ("DATABASE_URL", "postgresql://db/portal", "database_url", "postgresql://db/portal"),
        ("REDIS_URL", "redis://queue:6379/1", "redis_url", "redis://queue:6379/1"),
        ("ECWID_CLIENT_ID", "our-client", "ecwid_client_id", "our-client"),
        ("ECWID_CLIENT_ID", "none", "ecwid_client_id", ""),
        ("ECWID_CLIENT_SECRET", " s1 ", "ecwid_client_secret", "s1"),
        ("PORTAL_PLAIN_NETWORK", "redis, database", "plain_network", ("redis", "database")),
        ("ECWID_PREVIOUS_CLIENT_SECRET", "s0", "ecwid_previous_client_secret", "s0"),
        ("ECWID_OAUTH_URL", "http://sandbox:1/o", "ecwid_oauth_url", "http://sandbox:1/o"),
        ("ECWID_API_URL", "http://sandbox:1/v3", "ecwid_api_url", "http://sandbox:1/v3"),
        ("ECWID_EXTRA_SCOPES", " a_b  c_d ", "ecwid_extra_scopes", ("a_b", "c_d")),
        ("ECWID_WEBHOOK_MODE", "app", "ecwid_webhook_mode", "app"),
        ("ECWID_REQUESTS_PER_MINUTE", "60000", "ecwid_requests_per_minute", 60000),
        ("EXPORT_DIR", "/mnt/exports", "export_directory", Path("/mnt/exports")),
        ("MAIL_URL", "smtp://mail.example", "mail_url", "smtp://mail.example"),
        ("SYNC_PROCESSES", "4", "sync_processes", 4),
        ("EVENT_THREADS", "40", "event_threads", 40),
        ("POLL_THREADS", "41", "poll_threads", 41),
        ("SYNC_THREADS", "42", "sync_threads", 42),
        ("CHECK_THREADS", "43", "check_threads", 43),
        ("ORDER_THREADS", "44", "order_threads", 44),
        ("DELIVERY_THREADS", "3", "delivery_threads", 3),
        ("DATABASE_CONNECTIONS", "200", "database_connections", 200),
        ("OUTBOUND_EVENT_RETENTION_DAYS", "7", "outbound_event_retention_days", 7),
        ("AUDIT_LOG_RETENTION_DAYS", "400", "audit_log_retention_days", 400),
        ("TOMBSTONE_DAYS", "100", "tombstone_days", 100),
        ("ERASURE_HOLD_MINUTES", "0", "erasure_hold_minutes", 0),
        ("VALKEY_MEMORY_MB", "64", "valkey_memory_mb", 64),
        ("ENDPOINT_DISABLE_AFTER_HOURS", "24", "endpoint_disable_after_hours", 24),
        ("SYNC_RUN_RETENTION_DAYS", "30", "sync_run_retention_days", 30),
        ("EVENT_PAYLOAD_RETENTION_DAYS", "7", "event_payload_retention_days", 7),
        ("EVENT_RETENTION_DAYS", "365", "event_retention_days", 365),
        ("MIRROR_RETENTION_DAYS", "7", "mirror_retention_days", 7),
        ("FIRST_OPERATOR_EMAIL", " op@shop.example ", "first_operator_email", "op@shop.example"),
    ],
)
def test_every_setting_is_read(name: str, text: str, field: str, value: Any) -> None:
    settings = read_settings({**KEYS, name: text})

    assert getattr(settings, field) == value


@pytest.mark.parametrize("name", sorted(SETTINGS - set(KEYS)))
def test_empty_setting_means_its_default(name: str) -> None:
    assert read_settings({**KEYS, name: ""}) == read_settings(KEYS)


WHOLE_NUMBER = "write a whole number of 1 or more"
PLAIN_URL = "is an address with a user, query or fragment: write an address like"
NO_DATABASE = "write sqlite:///path/to/file.db or postgresql://user:password@host/name"
NO_REDIS = "write redis://host:6379, rediss://user:password@host:6379 or unix:///path"
COPY = "copy it again, without spaces"
INVALID = [
    ("PORTAL_ENV", "staging", "write one of development, production"),
    ("PORTAL_PLAIN_NETWORK", "mail", "write some of redis, database"),
    ("PORTAL_HSTS_SUBDOMAINS", "1", "write one of no, yes"),
    ("PORTAL_SECRET_KEY", " , ", "write one, or several between commas"),
    ("PORTAL_ENCRYPTION_KEYS", ",", "write one, or several between commas"),
    ("PORTAL_ENCRYPTION_KEYS", f"{KEY},x", "number 2: make one with `python -m portal.sealing`"),
    ("ECWID_WEBHOOK_MODE", "push", "write one of auto, api, app"),
    ("PORTAL_URL", "portal.example", "write an address like http://127.0.0.1:8000"),
    ("PORTAL_URL", "ftp://portal.example", "write an address like"),
    ("PORTAL_URL", "https://", "write an address like"),
    ("PORTAL_URL", "https://two words", "write an address like"),
    ("PORTAL_URL", "http://[::1", "write an address like"),
    ("PORTAL_URL", "http://127.0.0.1:port", "write an address like"),
    ("PORTAL_URL", "https://portal.example/shop", "without a path"),
    ("PORTAL_URL", "https://hidden@portal.example", PLAIN_URL),
    ("PORTAL_URL", "https://portal.example?token=hidden", PLAIN_URL),
    ("PORTAL_URL", "https://portal.example?", PLAIN_URL),
    ("PORTAL_URL", "https://portal.example/#hidden", PLAIN_URL),
    ("ECWID_OAUTH_URL", "oauth", "write an address like https://my.ecwid.com/api/oauth"),
    ("ECWID_OAUTH_URL", "https://ada:hidden@[", PLAIN_URL),
    ("ECWID_API_URL", "api", "write an address like https://app.ecwid.com/api/v3"),
    ("ECWID_API_URL", "https://app.ecwid.com/api/v3?token=hidden", PLAIN_URL),
    ("ECWID_CLIENT_ID", "two hidden", COPY),
    ("ECWID_CLIENT_SECRET", "two hidden", COPY),
    ("ECWID_PREVIOUS_CLIENT_SECRET", "hidden\N{ZERO WIDTH SPACE}", COPY),
    ("ECWID_EXTRA_SCOPES", "read_orders,read_customers", "write scopes such as read_orders"),
    ("DATABASE_URL", "mysql://portal:hidden@db/portal", NO_DATABASE),
    ("DATABASE_URL", "postgresql://portal:hidden@db:99999/portal", NO_DATABASE),
    ("DATABASE_URL", "sqlite:///", NO_DATABASE),
    ("REDIS_URL", "http://:hidden@queue", NO_REDIS),
    ("REDIS_URL", "queue:6379", NO_REDIS),
    ("REDIS_URL", "redis://:hidden@queue:0", NO_REDIS),
    ("MAIL_URL", "imap://ada:hidden@mail.example", "write smtp://host or file://folder"),
    ("MAIL_URL", "smtp://ada:hidden@mail.example:0", "write smtp://host or file://folder"),
    ("EXPORT_DIR", "exports", "write an absolute path like /srv/exports"),
    ("FIRST_OPERATOR_EMAIL", "root", "write an email address like name@example.com"),
    ("FIRST_OPERATOR_EMAIL", "a@b.example c@d.example", "write an email address"),
    ("SUPPORT_EMAIL", "call us", "write an email address"),
    ("SUPPORT_EMAIL", "https://clay.example", "write an email address"),
    ("SUPPORT_EMAIL", "a@b.example?cc=c@d.example", "write an email address"),
    ("SUPPORT_URL", "help@clay.example", "write an address like https://example.com"),
    ("SUPPORT_URL", "javascript:alert(1)", "write an address like https://example.com"),
    ("PORTAL_NAME", "Clay\nmarket", "write one line of up to 60 characters"),
    ("PORTAL_NAME", "x" * 61, "write one line of up to 60 characters"),
    (
        "PORTAL_LOGO",
        "http://clay.example/logo.svg",
        "write an address like https://example.com/logo",
    ),
    ("PORTAL_LOGO", "setup.cfg", "or the path of a file (.svg, .png"),
    ("PORTAL_LOGO", "missing.svg", "or the path of a file (.svg, .png"),
    ("SECURITY_CONTACT", "http://clay.example", "an address like https://example.com"),
    ("ECWID_REQUESTS_PER_MINUTE", "-5", WHOLE_NUMBER),
    ("ECWID_REQUESTS_PER_MINUTE", "1.5", WHOLE_NUMBER),
    ("API_REQUESTS_PER_MINUTE", "9" * 5000, WHOLE_NUMBER),
    ("SYNC_PROCESSES", "all", f"{WHOLE_NUMBER}, or auto"),
    *((name, "-1", "write a whole number of ") for name in sorted(NUMBERS)),
]


@pytest.mark.parametrize(("name", "text", "advice"), INVALID)
def test_invalid_value_is_rejected_with_the_fix(name: str, text: str, advice: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings({**KEYS, name: text})

    assert str(refused.value).startswith(f"{name} is ")
    assert advice in str(refused.value)
    assert "hidden" not in str(refused.value)


def test_every_setting_has_a_value_that_is_rejected() -> None:
    assert {name for name, _text, _advice in INVALID} == SETTINGS


def test_all_problems_are_reported_at_once(tmp_path: Path) -> None:
    invalid = {name: text for name, text, _advice in INVALID if name not in ("DATABASE_URL",)}

    with pytest.raises(SettingsError) as refused:
        read_settings(invalid | {"DATABASE_URL": f"sqlite:///{tmp_path}/new/portal.db"})

    named = [problem.split()[0] for problem in refused.value.problems]
    assert sorted(named) == sorted(invalid)
    assert str(refused.value).splitlines() == list(refused.value.problems)
    assert list(tmp_path.iterdir()) == []


def test_as_many_calls_at_once_as_per_minute_unless_set() -> None:
    slow = {**KEYS, "API_REQUESTS_PER_MINUTE": "50"}

    assert read_settings(slow).api_burst == 50
    assert read_settings({**slow, "API_BURST": "7"}).api_burst == 7


@pytest.mark.parametrize(
    "name", ["SYNC_PROCESSES", *sorted(name for name in SETTINGS if name.endswith("_THREADS"))]
)
def test_auto_means_the_default(name: str) -> None:
    assert read_settings({**KEYS, name: "auto"}) == read_settings(KEYS)


@pytest.mark.parametrize(
    ("core_count", "threads"), [(1, 32), (2, 32), (3, 48), (8, 128), (64, 128)]
)
def test_threads_grow_with_the_cores_within_bounds(core_count: int, threads: int) -> None:
    assert auto_threads(core_count) == threads


def test_environment_takes_precedence_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SYNC_THREADS", "3")
    lines = ["SYNC_THREADS=5", "MAIL_URL='smtp://mail.example'", "REDIS_URL", "# a comment"]
    Path(".env").write_text("\n".join(lines))

    settings = read_settings()

    assert settings.sync_threads == 3
    assert settings.mail_url == "smtp://mail.example"
    assert settings.redis_url == ""


def test_keys_are_created_once_and_stored_next_to_the_database(tmp_path: Path) -> None:
    environment = {"DATABASE_URL": f"sqlite:///{tmp_path}/var/portal.db"}

    first = read_settings(environment)
    second = read_settings(environment)

    assert first == second
    assert len(first.secret_keys[0]) >= 64
    assert Fernet(first.encryption_keys[0])
    assert {path.name for path in (tmp_path / "var").iterdir()} == {"secret_key", "encryption_key"}


@pytest.mark.promise(10)
def test_only_the_owner_can_read_the_stored_keys(tmp_path: Path) -> None:
    previous = os.umask(0)
    try:
        read_settings({"DATABASE_URL": f"sqlite:///{tmp_path}/portal.db"})
    finally:
        os.umask(previous)

    modes = {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes == {0o600}


def test_given_key_is_not_created(tmp_path: Path) -> None:
    read_settings({**KEYS, "DATABASE_URL": f"sqlite:///{tmp_path}/portal.db"})

    assert list(tmp_path.iterdir()) == []


def keys_of(folder: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    settings = read_settings({"DATABASE_URL": f"sqlite:///{folder}/portal.db"})
    return settings.secret_keys, settings.encryption_keys


def test_processes_that_start_at_the_same_time_use_the_same_keys(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(8) as pool:
        found = pool.map(keys_of, [str(tmp_path)] * 8, chunksize=1)
        pool.close()
        pool.join()

    assert len(set(found)) == 1
    assert {path.name for path in tmp_path.iterdir()} == {"secret_key", "encryption_key"}


@pytest.mark.parametrize(
    ("database_url", "folder"),
    [
        ("sqlite:///var/portal.db", "var"),
        ("sqlite:////srv/portal/portal.db", "/srv/portal"),
        ("postgresql://db/portal", "var"),
    ],
)
def test_data_directory_is_that_of_an_embedded_database(database_url: str, folder: str) -> None:
    settings = read_settings({**KEYS, "DATABASE_URL": database_url})

    assert settings.data_dir == Path(folder)
    assert settings.valkey_socket == Path(folder, "valkey.sock").absolute()


def test_embedded_queue_server_is_the_default() -> None:
    embedded = read_settings({**KEYS, "DATABASE_URL": "sqlite:////srv/portal.db"})
    given = read_settings({**KEYS, "REDIS_URL": "redis://queue"})

    assert embedded.effective_redis_url == "unix:///srv/valkey.sock"
    assert given.effective_redis_url == "redis://queue"


def test_public_urls_are_below_the_portals_url() -> None:
    settings = read_settings({**KEYS, "PORTAL_URL": "https://portal.example/"})

    assert settings.webhook_url == "https://portal.example/webhooks/ecwid"
    assert settings.callback_url == "https://portal.example/connect/callback"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", False),
        ("https://app.ecwid.com/api/v3", False),
        ("https://ecwid.com/api/v3", False),
        ("http://127.0.0.1:8100/api/v3", True),
        ("https://app.notecwid.com/api/v3", True),
    ],
)
def test_stores_of_a_stand_in_for_ecwid_are_test_stores(url: str, expected: bool) -> None:
    settings = read_settings({**KEYS, "ECWID_API_URL": url})

    assert settings.connects_test_stores is expected


@pytest.mark.promise(10)
def test_repr_of_settings_shows_no_secret() -> None:
    secrets = {
        "PORTAL_SECRET_KEY": "hidden-1",
        "PORTAL_ENCRYPTION_KEYS": (hidden_key := new_key()),
        "ECWID_CLIENT_SECRET": "hidden-3",
        "ECWID_PREVIOUS_CLIENT_SECRET": "hidden-4",
        "DATABASE_URL": "postgresql://portal:hidden-5@db/portal",
        "REDIS_URL": "redis://:hidden-6@queue",
        "MAIL_URL": "smtp://portal:hidden-7@mail.example",
    }

    shown = repr(read_settings(secrets))

    assert "hidden" not in shown
    assert hidden_key not in shown
    assert "portal_url='http://127.0.0.1:8000'" in shown


def test_every_field_is_a_setting_or_derived() -> None:
    assert len(fields(Settings)) == len(SETTINGS) + len({"data_dir"})
