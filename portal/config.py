"""Settings from the environment; no other module reads environment variables.

Each setting is an environment variable or a line of the file ``.env`` in the working directory. The
environment wins. A test compares the README's table with this module.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values

from portal.errors import SettingsError
from portal.portal_brand import DEFAULT_NAME, PortalBrand
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
ECWID_DOMAIN = "ecwid.com"
ENVIRONMENTS = ("development", "production")
NO_OR_YES = ("no", "yes")


@dataclass(frozen=True)
class Settings:
    """All settings, validated; created by `from_env`, or directly in tests."""

    # The first one signs, and all of them verify.
    secret_keys: tuple[str, ...] = field(repr=False)
    encryption_keys: tuple[str, ...] = field(repr=False)
    env: str = "development"
    # Networks that nobody else can read, so that TLS isn't required: "redis", "database".
    plain_network: tuple[str, ...] = ()
    portal_url: str = "http://127.0.0.1:8000"
    # These three may contain a password.
    database_url: str = field(default="sqlite:///var/portal.db", repr=False)
    redis_url: str = field(default="", repr=False)
    valkey_memory_mb: int = 256
    data_dir: Path = Path("var")
    export_dir: str = ""
    ecwid_client_id: str = ""
    ecwid_client_secret: str = field(default="", repr=False)
    ecwid_previous_client_secret: str = field(default="", repr=False)
    ecwid_oauth_url: str = "https://my.ecwid.com/api/oauth"
    ecwid_api_url: str = "https://app.ecwid.com/api/v3"
    ecwid_extra_scopes: tuple[str, ...] = ()
    ecwid_webhook_mode: str = "auto"
    ecwid_requests_per_minute: int = 600
    mail_url: str = field(default="file://var/mail", repr=False)
    sync_processes: int = 1
    event_threads: int = 32
    poll_threads: int = 32
    sync_threads: int = 32
    check_threads: int = 32
    order_threads: int = 32
    delivery_threads: int = 1
    database_connections: int = 60
    sync_run_retention_days: int = 90
    event_payload_retention_days: int = 30
    event_retention_days: int = 90
    mirror_retention_days: int = 30
    outbound_event_retention_days: int = 30
    audit_log_retention_days: int = 730
    tombstone_days: int = 365
    erasure_hold_minutes: int = 60
    endpoint_disable_after_hours: int = 72
    trusted_proxies: int = 0
    hsts_subdomains: bool = False
    api_requests_per_minute: int = 600
    api_burst: int = 600
    first_operator_email: str = ""
    portal_name: str = DEFAULT_NAME
    portal_logo: str = ""
    support_email: str = ""
    support_url: str = ""
    security_contact: str = ""

    @property
    def is_production(self) -> bool:
        """Whether cookies must be Secure and secrets must be given."""
        return self.env == "production"

    @property
    def connects_test_stores(self) -> bool:
        """Whether the API is a sandbox and not Ecwid's, so that new stores are test stores."""
        host = urlsplit(self.ecwid_api_url).hostname or ""
        return host != ECWID_DOMAIN and not host.endswith(f".{ECWID_DOMAIN}")

    @property
    def database_file(self) -> Path | None:
        """File of the embedded database, or None if a server has it."""
        path = self.database_url.removeprefix("sqlite:///")
        return Path(path) if path != self.database_url else None

    @property
    def export_directory(self) -> Path:
        """Directory of the files of exports: EXPORT_DIR, or one in the data directory."""
        return Path(self.export_dir or self.data_dir / "exports").absolute()

    @property
    def valkey_socket(self) -> Path:
        """Private socket of the embedded Valkey, used if REDIS_URL is empty."""
        return (self.data_dir / "valkey.sock").absolute()

    @property
    def effective_redis_url(self) -> str:
        """URL of the queue server: REDIS_URL, or the embedded Valkey's socket."""
        return self.redis_url or f"unix://{self.valkey_socket}"

    @property
    def webhook_url(self) -> str:
        """Public URL that Ecwid sends webhooks to."""
        return f"{self.portal_url}/webhooks/ecwid"

    @property
    def callback_url(self) -> str:
        """Public URL that Ecwid's consent page redirects the browser to."""
        return f"{self.portal_url}/connect/callback"

    @property
    def support_contact(self) -> str:
        """URL or e-mail address of the support, empty if neither is set."""
        return self.support_url or self.support_email

    @property
    def brand(self) -> PortalBrand:
        """Name and contacts that pages and e-mails show."""
        return PortalBrand(self.portal_name, self.portal_url, self.support_email, self.support_url)

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Return the settings of this process; raise SettingsError with the fix for each problem.

        Side effect in development: creates a secret key and an encryption key at the first call and
        stores them in the data directory (``var/``), readable by the owner only.
        """
        if environ is None:
            environ = {**{k: v or "" for k, v in dotenv_values(ENV_FILE).items()}, **os.environ}
        given = Environment(environ)
        settings = cls._read(given)
        if settings.is_production:
            given.refuse(*production_problems(given))
        if given.problems:
            raise SettingsError(*given.problems)
        return settings._with_keys()  # noqa: SLF001 - of this class

    @classmethod
    def _read(cls, environ: Environment) -> Settings:
        """Return the settings, with a default in place of each invalid one; it adds its problem."""
        data_dir = _data_dir(environ.get("DATABASE_URL") or cls.database_url)
        calls = count(environ, "API_REQUESTS_PER_MINUTE", cls.api_requests_per_minute)
        return cls(
            secret_keys=secret_keys(environ, "PORTAL_SECRET_KEY"),
            encryption_keys=encryption_keys(environ, "PORTAL_ENCRYPTION_KEYS"),
            env=choice(environ, "PORTAL_ENV", ENVIRONMENTS, cls.env),
            plain_network=choices(environ, PLAIN_NETWORK, PLAIN_NETWORKS),
            portal_url=http_url(environ, "PORTAL_URL", cls.portal_url, has_path=False),
            database_url=database_url(environ, "DATABASE_URL", cls.database_url),
            redis_url=redis_url(environ, "REDIS_URL"),
            valkey_memory_mb=count(environ, "VALKEY_MEMORY_MB", cls.valkey_memory_mb, minimum=16),
            data_dir=data_dir,
            export_dir=directory(environ, "EXPORT_DIR"),
            ecwid_client_id=credential(environ, "ECWID_CLIENT_ID"),
            ecwid_client_secret=credential(environ, "ECWID_CLIENT_SECRET"),
            ecwid_previous_client_secret=credential(environ, "ECWID_PREVIOUS_CLIENT_SECRET"),
            ecwid_oauth_url=http_url(environ, "ECWID_OAUTH_URL", cls.ecwid_oauth_url),
            ecwid_api_url=http_url(environ, "ECWID_API_URL", cls.ecwid_api_url),
            ecwid_extra_scopes=scopes(environ, "ECWID_EXTRA_SCOPES"),
            ecwid_webhook_mode=choice(environ, "ECWID_WEBHOOK_MODE", WEBHOOK_MODES, "auto"),
            ecwid_requests_per_minute=count(environ, "ECWID_REQUESTS_PER_MINUTE", 600),
            mail_url=mail_url(environ, "MAIL_URL", cls.mail_url),
            sync_processes=count_or_auto(environ, "SYNC_PROCESSES", cores()),
            event_threads=count_or_auto(environ, "EVENT_THREADS", auto_threads(cores())),
            poll_threads=count_or_auto(environ, "POLL_THREADS", auto_threads(cores())),
            sync_threads=count_or_auto(environ, "SYNC_THREADS", auto_threads(cores())),
            check_threads=count_or_auto(environ, "CHECK_THREADS", auto_threads(cores())),
            order_threads=count_or_auto(environ, "ORDER_THREADS", auto_threads(cores())),
            delivery_threads=count_or_auto(environ, "DELIVERY_THREADS", cls.delivery_threads),
            database_connections=count(environ, "DATABASE_CONNECTIONS", cls.database_connections),
            sync_run_retention_days=count(
                environ, "SYNC_RUN_RETENTION_DAYS", cls.sync_run_retention_days
            ),
            event_payload_retention_days=count(
                environ, "EVENT_PAYLOAD_RETENTION_DAYS", cls.event_payload_retention_days
            ),
            event_retention_days=count(environ, "EVENT_RETENTION_DAYS", cls.event_retention_days),
            mirror_retention_days=count(
                environ, "MIRROR_RETENTION_DAYS", cls.mirror_retention_days
            ),
            outbound_event_retention_days=count(
                environ, "OUTBOUND_EVENT_RETENTION_DAYS", cls.outbound_event_retention_days
            ),
            audit_log_retention_days=count(
                environ, "AUDIT_LOG_RETENTION_DAYS", cls.audit_log_retention_days
            ),
            tombstone_days=count(environ, "TOMBSTONE_DAYS", cls.tombstone_days),
            erasure_hold_minutes=count(
                environ, "ERASURE_HOLD_MINUTES", cls.erasure_hold_minutes, minimum=0
            ),
            endpoint_disable_after_hours=count(
                environ, "ENDPOINT_DISABLE_AFTER_HOURS", cls.endpoint_disable_after_hours
            ),
            trusted_proxies=count(environ, "PORTAL_TRUSTED_PROXIES", 0, minimum=0),
            hsts_subdomains=choice(environ, "PORTAL_HSTS_SUBDOMAINS", NO_OR_YES, "no") == "yes",
            api_requests_per_minute=calls,
            api_burst=count(environ, "API_BURST", calls),
            first_operator_email=email(environ, "FIRST_OPERATOR_EMAIL"),
            portal_name=one_line(environ, "PORTAL_NAME", cls.portal_name),
            portal_logo=image(environ, "PORTAL_LOGO"),
            support_email=contact(environ, "SUPPORT_EMAIL", schemes=()),
            support_url=contact(environ, "SUPPORT_URL", takes_email=False),
            security_contact=contact(environ, "SECURITY_CONTACT", schemes=("https",)),
        )

    def _with_keys(self) -> Settings:
        """Return the settings with the keys of the data directory in place of missing ones."""
        return replace(
            self,
            secret_keys=self.secret_keys or (load_or_create_key(self.data_dir, SECRET_KEY),),
            encryption_keys=self.encryption_keys
            or (load_or_create_key(self.data_dir, ENCRYPTION_KEY),),
        )


def start_settings() -> Settings:
    """Return the settings of a process that starts, and keep its files private.

    Raises SettingsError with all problems of the settings, or with all files of other users.
    """
    use_private_umask()
    settings = Settings.from_env()
    tighten_files(settings.data_dir, settings.database_file, refuse_foreign=settings.is_production)
    return settings


def _data_dir(database_url: str) -> Path:
    """Return the data directory: that of the embedded database, or ``var``."""
    if database_url.startswith("sqlite:///"):
        return Path(database_url.removeprefix("sqlite:///")).parent
    return Path("var")
