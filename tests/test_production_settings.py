"""In production, settings that aren't fit are refused, all at once, each with its fix."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.errors import SettingsError
from portal.production_settings import REQUIRED
from portal.read_settings import read_settings
from tests.test_config import INVALID, SETTINGS

# Constants, because they are in the names of tests.
KEY = "tXig27DEyHzApLI6da4KYFdxptEwzyTHEBpCqi60oVo="
SECRET_KEY = "Xhj6x_I8TXDYrNZ8G4ck4LxjXTpwCWi1hNAjt_u2tVfu8Ds6962-ZnX03Lv7QVoM"
HEX_KEY = "5be8bf209b46f7a373d743f96dface05da0a71ea8898ecfb9c431afaa05405f1"
FIT = {
    "PORTAL_ENV": "production",
    "PORTAL_SECRET_KEY": SECRET_KEY,
    "PORTAL_ENCRYPTION_KEYS": KEY,
    "PORTAL_URL": "https://portal.example",
    "MAIL_URL": "smtp://portal:hidden@mail.example:587?from=portal@portal.example",
    "ECWID_CLIENT_ID": "our-client",
    "ECWID_CLIENT_SECRET": "hidden-secret",
}
NO_TLS = "is an address without TLS"
POSTGRESQL = "postgresql://portal:hidden@db.example/portal"
REDIS = "rediss://:hidden@queue.example:6379"
ZEROS = "A" * 43 + "="
UNFIT = [
    ("PORTAL_SECRET_KEY", "hidden-too-short", "is shorter than 32 random bytes"),
    ("PORTAL_SECRET_KEY", f"{SECRET_KEY},hidden", "because key 2 is shorter"),
    ("PORTAL_SECRET_KEY", "x" * 64, "repeats itself or counts up: make one with `python -c"),
    ("PORTAL_SECRET_KEY", KEY, "is also in PORTAL_ENCRYPTION_KEYS"),
    ("PORTAL_ENCRYPTION_KEYS", f"{KEY},{ZEROS}", "key 2 repeats itself or counts up: make one"),
    ("PORTAL_URL", "http://portal.example", f"{NO_TLS}: begin it with https://"),
    ("ECWID_OAUTH_URL", "http://my.ecwid.com/api/oauth", NO_TLS),
    ("ECWID_API_URL", "http://app.ecwid.com/api/v3", NO_TLS),
    ("MAIL_URL", "file:///srv/mail", "is a folder, so nobody gets an email: write smtp://"),
    ("MAIL_URL", "smtp://portal:hidden@mail.example", "is without a sender: add ?from="),
    ("FLASK_DEBUG", "1", "is on: remove it, or --debug"),
    ("FLASK_DEBUG", "True", "is on"),
    ("REDIS_URL", "rediss://queue.example", "is without a password: write rediss://user:"),
    ("REDIS_URL", "redis://:hidden@queue.example", f"{NO_TLS}: begin it with rediss://, or set"),
    ("REDIS_URL", f"{REDIS}?ssl_cert_reqs=none", "whose certificate isn't verified"),
    ("REDIS_URL", f"{REDIS}?ssl_check_hostname=False", "whose certificate isn't verified"),
    ("DATABASE_URL", "postgresql://db.example/portal?sslmode=require", "is without a password"),
    ("DATABASE_URL", POSTGRESQL, f"{NO_TLS}: add ?sslmode=verify-full"),
    ("DATABASE_URL", f"{POSTGRESQL}?sslmode=prefer", NO_TLS),
    ("DATABASE_URL", "postgresql:///portal?host=db.example&sslmode=require", "is without a pass"),
]


def problems_with(**changes: str) -> list[str]:
    """Return the problems of fit settings with these changes."""
    try:
        read_settings(FIT | changes)
    except SettingsError as error:
        return list(error.problems)
    return []


def test_fit_settings_are_accepted() -> None:
    assert read_settings(FIT).is_production


@pytest.mark.parametrize(("name", "text", "advice"), UNFIT)
def test_unfit_value_is_refused_with_the_fix(name: str, text: str, advice: str) -> None:
    [problem] = problems_with(**{name: text})

    assert problem.startswith(f"{name} is ")
    assert advice in problem
    assert "hidden" not in problem
    assert KEY not in problem


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, text, _advice in UNFIT])
def test_unfit_value_is_accepted_in_development(name: str, text: str) -> None:
    assert problems_with(PORTAL_ENV="development", **{name: text}) == []


@pytest.mark.parametrize(("name", "advice"), REQUIRED.items())
def test_missing_value_is_refused_with_the_fix(tmp_path: Path, name: str, advice: str) -> None:
    database = f"sqlite:///{tmp_path}/new/portal.db"

    [problem] = problems_with(DATABASE_URL=database, **{name: ""})

    assert problem == f"{name} is required when PORTAL_ENV=production: {advice}"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("PORTAL_SECRET_KEY", HEX_KEY),
        ("ECWID_CLIENT_ID", "none"),
        ("FLASK_DEBUG", "0"),
        ("REDIS_URL", REDIS),
        ("REDIS_URL", "rediss://queue.example?password=hidden"),
        ("REDIS_URL", "redis://127.0.0.1:6379"),
        ("REDIS_URL", "redis://localhost"),
        ("REDIS_URL", "redis://[::1]:6379"),
        ("REDIS_URL", "unix:///run/redis.sock"),
        ("DATABASE_URL", "sqlite:////srv/portal.db"),
        ("DATABASE_URL", f"{POSTGRESQL}?sslmode=verify-full"),
        ("DATABASE_URL", f"{POSTGRESQL}?sslmode=require"),
        ("DATABASE_URL", "postgresql://db.example/portal?sslmode=require&passfile=/etc/pgpass"),
        ("DATABASE_URL", "postgresql:///portal"),
        ("DATABASE_URL", "postgresql:///portal?host=/var/run/postgresql"),
        ("DATABASE_URL", "postgresql://localhost/portal"),
    ],
)
def test_fit_value_is_accepted(name: str, text: str) -> None:
    assert problems_with(**{name: text}) == []


@pytest.mark.parametrize(
    ("network", "name", "text"),
    [
        ("redis", "REDIS_URL", "redis://:hidden@queue.example"),
        ("database", "DATABASE_URL", POSTGRESQL),
    ],
)
def test_private_network_may_do_without_tls_but_not_without_password(
    network: str, name: str, text: str
) -> None:
    waived = problems_with(PORTAL_PLAIN_NETWORK=network, **{name: text})
    [problem] = problems_with(
        PORTAL_PLAIN_NETWORK=network, **{name: text.replace("hidden", "").replace(":@", "@")}
    )

    assert waived == []
    assert problem.startswith(f"{name} is without a password")


def test_all_problems_are_reported_at_once() -> None:
    invalid = {name: text for name, text, _advice in INVALID if name != "PORTAL_ENV"}
    unfit = {name: text for name, text, _advice in UNFIT}

    reported = {problem.split()[0] for problem in problems_with(**invalid | unfit)}

    assert reported == SETTINGS - {"PORTAL_ENV"} | {"FLASK_DEBUG"}


@pytest.mark.parametrize("name", ["REDIS_URL", "DATABASE_URL", "MAIL_URL", "PORTAL_URL"])
def test_invalid_value_is_reported_once(name: str) -> None:
    [problem] = problems_with(**{name: "ftp://:hidden@server.example"})

    assert problem.startswith(f"{name} is ")
