"""Settings from the environment; no other module reads environment variables.

Each setting is an environment variable or a line of the file ``.env`` in the working directory. The
environment wins. A test compares the README's table with this module.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from dotenv import dotenv_values

from portal.config import Settings
from portal.errors import SettingsError
from portal.private_files import (
    ENCRYPTION_KEY,
    ENV_FILE,
    SECRET_KEY,
    load_or_create_key,
    tighten_files,
    use_private_umask,
)
from portal.production_settings import PLAIN_NETWORK, PLAIN_NETWORKS, production_problems
from portal.setting_addresses import (
    contact,
    database_url,
    email,
    http_url,
    image,
    mail_url,
    redis_url,
)
from portal.setting_values import (
    Environment,
    choice,
    choices,
    count,
    count_or_auto,
    credential,
    directory,
    encryption_keys,
    one_line,
    scopes,
    secret_keys,
)
from portal.thread_counts import auto_threads, cores

WEBHOOK_MODES = ("auto", "api", "app")
ENVIRONMENTS = ("development", "production")
NO_OR_YES = ("no", "yes")


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of this process; raise SettingsError with the fix for each problem.

    Side effect in development: creates a secret key and an encryption key at the first call and
    stores them in the data directory (``var/``), readable by the owner only.
    """
    if environ is None:
        environ = {**{k: v or "" for k, v in dotenv_values(ENV_FILE).items()}, **os.environ}
    given = Environment(environ)
    settings = _valid_settings(given)
    if settings.is_production:
        given.refuse(*production_problems(given))
    if given.problems:
        raise SettingsError(*given.problems)
    return _with_keys(settings)


def start_settings() -> Settings:
    """Return the settings of a process that starts, and keep its files private.

    Raises SettingsError with all problems of the settings, or with all files of other users.
    """
    use_private_umask()
    settings = read_settings()
    tighten_files(settings.data_dir, settings.database_file, refuse_foreign=settings.is_production)
    return settings


def _valid_settings(environ: Environment) -> Settings:
    """Return the settings, with a default in place of each invalid one; it adds its problem."""
    data_dir = _data_dir(environ.get("DATABASE_URL") or Settings.database_url)
    calls = count(environ, "API_REQUESTS_PER_MINUTE", Settings.api_requests_per_minute)
    return Settings(
        secret_keys=secret_keys(environ, "PORTAL_SECRET_KEY"),
        encryption_keys=encryption_keys(environ, "PORTAL_ENCRYPTION_KEYS"),
        env=choice(environ, "PORTAL_ENV", ENVIRONMENTS, Settings.env),
        plain_network=choices(environ, PLAIN_NETWORK, PLAIN_NETWORKS),
        portal_url=http_url(environ, "PORTAL_URL", Settings.portal_url, has_path=False),
        database_url=database_url(environ, "DATABASE_URL", Settings.database_url),
        redis_url=redis_url(environ, "REDIS_URL"),
        valkey_memory_mb=count(environ, "VALKEY_MEMORY_MB", Settings.valkey_memory_mb, minimum=16),
        data_dir=data_dir,
        export_dir=directory(environ, "EXPORT_DIR"),
        ecwid_client_id=credential(environ, "ECWID_CLIENT_ID"),
        ecwid_client_secret=credential(environ, "ECWID_CLIENT_SECRET"),
        ecwid_previous_client_secret=credential(environ, "ECWID_PREVIOUS_CLIENT_SECRET"),
        ecwid_oauth_url=http_url(environ, "ECWID_OAUTH_URL", Settings.ecwid_oauth_url),
        ecwid_api_url=http_url(environ, "ECWID_API_URL", Settings.ecwid_api_url),
        ecwid_extra_scopes=scopes(environ, "ECWID_EXTRA_SCOPES"),
        ecwid_webhook_mode=choice(environ, "ECWID_WEBHOOK_MODE", WEBHOOK_MODES, "auto"),
        ecwid_requests_per_minute=count(environ, "ECWID_REQUESTS_PER_MINUTE", 600),
        mail_url=mail_url(environ, "MAIL_URL", Settings.mail_url),
        sync_processes=count_or_auto(environ, "SYNC_PROCESSES", cores()),
        event_threads=count_or_auto(environ, "EVENT_THREADS", auto_threads(cores())),
        poll_threads=count_or_auto(environ, "POLL_THREADS", auto_threads(cores())),
        sync_threads=count_or_auto(environ, "SYNC_THREADS", auto_threads(cores())),
        check_threads=count_or_auto(environ, "CHECK_THREADS", auto_threads(cores())),
        order_threads=count_or_auto(environ, "ORDER_THREADS", auto_threads(cores())),
        delivery_threads=count_or_auto(environ, "DELIVERY_THREADS", Settings.delivery_threads),
        database_connections=count(environ, "DATABASE_CONNECTIONS", Settings.database_connections),
        sync_run_retention_days=count(
            environ, "SYNC_RUN_RETENTION_DAYS", Settings.sync_run_retention_days
        ),
        event_payload_retention_days=count(
            environ, "EVENT_PAYLOAD_RETENTION_DAYS", Settings.event_payload_retention_days
        ),
        event_retention_days=count(environ, "EVENT_RETENTION_DAYS", Settings.event_retention_days),
        mirror_retention_days=count(
            environ, "MIRROR_RETENTION_DAYS", Settings.mirror_retention_days
        ),
        outbound_event_retention_days=count(
            environ, "OUTBOUND_EVENT_RETENTION_DAYS", Settings.outbound_event_retention_days
        ),
        audit_log_retention_days=count(
            environ, "AUDIT_LOG_RETENTION_DAYS", Settings.audit_log_retention_days
        ),
        tombstone_days=count(environ, "TOMBSTONE_DAYS", Settings.tombstone_days),
        erasure_hold_minutes=count(
            environ, "ERASURE_HOLD_MINUTES", Settings.erasure_hold_minutes, minimum=0
        ),
        endpoint_disable_after_hours=count(
            environ, "ENDPOINT_DISABLE_AFTER_HOURS", Settings.endpoint_disable_after_hours
        ),
        trusted_proxies=count(environ, "PORTAL_TRUSTED_PROXIES", 0, minimum=0),
        hsts_subdomains=choice(environ, "PORTAL_HSTS_SUBDOMAINS", NO_OR_YES, "no") == "yes",
        api_requests_per_minute=calls,
        api_burst=count(environ, "API_BURST", calls),
        first_operator_email=email(environ, "FIRST_OPERATOR_EMAIL"),
        portal_name=one_line(environ, "PORTAL_NAME", Settings.portal_name),
        portal_logo=image(environ, "PORTAL_LOGO"),
        support_email=contact(environ, "SUPPORT_EMAIL", schemes=()),
        support_url=contact(environ, "SUPPORT_URL", takes_email=False),
        security_contact=contact(environ, "SECURITY_CONTACT", schemes=("https",)),
    )


def _with_keys(settings: Settings) -> Settings:
    """Return the settings with the keys of the data directory in place of missing ones."""
    return replace(
        settings,
        secret_keys=settings.secret_keys or (load_or_create_key(settings.data_dir, SECRET_KEY),),
        encryption_keys=settings.encryption_keys
        or (load_or_create_key(settings.data_dir, ENCRYPTION_KEY),),
    )


def _data_dir(database_url: str) -> Path:
    """Return the data directory: that of the embedded database, or ``var``."""
    if database_url.startswith("sqlite:///"):
        return Path(database_url.removeprefix("sqlite:///")).parent
    return Path("var")
