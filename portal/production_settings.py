"""Rules of settings that apply only with ``PORTAL_ENV=production``.

A setting whose value is invalid in development as well is reported by its reader, not here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qs

from portal.key_strength import weakness
from portal.sealing import key_bytes
from portal.setting_addresses import MAIL_SCHEMES, POSTGRESQL_SCHEMES, split_url
from portal.setting_values import NONE, split_list

PLAIN_NETWORK = "PORTAL_PLAIN_NETWORK"
REDIS, DATABASE = "redis", "database"
PLAIN_NETWORKS = (REDIS, DATABASE)
REDIS_NETWORK_SCHEMES = ("redis", "rediss")
HTTPS_SETTINGS = ("PORTAL_URL", "ECWID_OAUTH_URL", "ECWID_API_URL")
SIGNING_KEY_COMMAND = '`python -c "import secrets; print(secrets.token_urlsafe(48))"`'
ENCRYPTION_KEY_COMMAND = "`python -m portal.sealing`"
# Settings without a usable default, and the fix.
REQUIRED = {
    "PORTAL_SECRET_KEY": f"make one with {SIGNING_KEY_COMMAND}",
    "PORTAL_ENCRYPTION_KEYS": f"make one with {ENCRYPTION_KEY_COMMAND}",
    "PORTAL_URL": "write the portal's public address, such as https://portal.example.com",
    "MAIL_URL": "write smtp://user:password@host:587?from=portal@example.com",
    "ECWID_CLIENT_ID": f"copy it from the app's page at Ecwid, or write {NONE} without an app",
    "ECWID_CLIENT_SECRET": f"copy it from the app's page at Ecwid, or write {NONE} without an app",
}
# Modes in which libpq never sends anything unencrypted.
TLS_MODES = ("require", "verify-ca", "verify-full")
# Parameters of libpq that prove the identity in place of a password in the address.
POSTGRESQL_PROOFS = ("password", "passfile", "sslcert")
DEBUG_OFF = ("", "0", "false", "no")


def production_problems(environ: Mapping[str, str]) -> Iterator[str]:
    """Yield what isn't fit for production: the setting and the fix, without any secret."""
    for name, advice in REQUIRED.items():
        if not environ.get(name, "").strip():
            yield f"{name} is required when PORTAL_ENV=production: {advice}"
    yield from _key_problems(environ)
    for name in HTTPS_SETTINGS:
        parts = split_url(environ.get(name, ""))
        if parts is not None and parts.scheme == "http":
            yield f"{name} is an address without TLS: begin it with https://"
    yield from _mail_problems(split_url(environ.get("MAIL_URL", "")))
    # `flask --debug` sets it.
    if environ.get("FLASK_DEBUG", "").lower() not in DEBUG_OFF:
        yield (
            "FLASK_DEBUG is on: remove it, or --debug from the command, "
            "because error pages would show settings and run code"
        )
    plain = split_list(environ.get(PLAIN_NETWORK, ""), ",")
    yield from _redis_problems(split_url(environ.get("REDIS_URL", "")), plain)
    yield from _database_problems(split_url(environ.get("DATABASE_URL", "")), plain)


def _key_problems(environ: Mapping[str, str]) -> Iterator[str]:
    secret = split_list(environ.get("PORTAL_SECRET_KEY", ""), ",")
    encryption = split_list(environ.get("PORTAL_ENCRYPTION_KEYS", ""), ",")
    for number, key in enumerate(secret, start=1):
        if problem := weakness(key):
            yield (
                f"PORTAL_SECRET_KEY is weak, because key {number} {problem}: "
                f"make one with {SIGNING_KEY_COMMAND}"
            )
    for number, key in enumerate(encryption, start=1):
        raw = key_bytes(key)
        if raw is not None and (problem := weakness(raw)):
            yield (
                f"PORTAL_ENCRYPTION_KEYS is weak, because key {number} {problem}: "
                f"make one with {ENCRYPTION_KEY_COMMAND}"
            )
    if set(secret) & set(encryption):
        yield (
            "PORTAL_SECRET_KEY is also in PORTAL_ENCRYPTION_KEYS: "
            f"make another one with {SIGNING_KEY_COMMAND}"
        )


def _mail_problems(parts: SplitResult | None) -> Iterator[str]:
    """Yield problems of MAIL_URL. The mailer itself never sends a password without TLS."""
    if parts is None or parts.scheme not in MAIL_SCHEMES:
        return
    if parts.scheme == "file":
        yield f"MAIL_URL is a folder, so nobody gets an email: {REQUIRED['MAIL_URL']}"
    elif not parse_qs(parts.query).get("from"):
        yield "MAIL_URL is without a sender: add ?from=portal@example.com"


def _redis_problems(parts: SplitResult | None, plain: tuple[str, ...]) -> Iterator[str]:
    # Others are sockets, or no address of a Redis server.
    if parts is None or parts.scheme not in REDIS_NETWORK_SCHEMES:
        return
    if not is_on_network(parts.hostname):
        return
    options = parse_qs(parts.query)
    if not (parts.password or options.get("password")):
        yield "REDIS_URL is without a password: write rediss://user:password@host:6379"
    if parts.scheme != "rediss":
        if REDIS not in plain:
            yield (
                "REDIS_URL is an address without TLS: begin it with rediss://, or set "
                f"{PLAIN_NETWORK}={REDIS} if nobody else can read that network"
            )
    elif options.get("ssl_cert_reqs", ["required"]) != ["required"] or _is_off(
        options.get("ssl_check_hostname", ["true"])
    ):
        yield (
            "REDIS_URL is an address whose certificate isn't verified: "
            "remove ssl_cert_reqs and ssl_check_hostname from it"
        )


def _database_problems(parts: SplitResult | None, plain: tuple[str, ...]) -> Iterator[str]:
    if parts is None or parts.scheme not in POSTGRESQL_SCHEMES:
        return
    options = parse_qs(parts.query)
    # As in libpq, a host in the query wins. One that begins with a slash is the folder of a socket.
    host = options.get("host", [parts.hostname or ""])[-1]
    if host.startswith("/") or not is_on_network(host):
        return
    if not (parts.password or any(options.get(name) for name in POSTGRESQL_PROOFS)):
        yield "DATABASE_URL is without a password: write postgresql://user:password@host/name"
    if options.get("sslmode", [""])[-1] not in TLS_MODES and DATABASE not in plain:
        yield (
            "DATABASE_URL is an address without TLS: add ?sslmode=verify-full (or require, which "
            f"doesn't verify the server), or set {PLAIN_NETWORK}={DATABASE} if nobody else can "
            "read that network"
        )


def is_on_network(host: str | None) -> bool:
    """Return whether data for ``host`` leaves this machine; an empty host means this machine."""
    if not host or host == "localhost":
        return False
    try:
        return not ip_address(host).is_loopback
    except ValueError:
        return True


def _is_off(values: list[str]) -> bool:
    return values[-1].lower() in ("0", "false", "f", "no", "n", "off")
