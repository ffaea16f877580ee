"""Settings of the portal and the daemon, which `portal.read_settings` reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from portal.portal_brand import DEFAULT_NAME, PortalBrand

ECWID_DOMAIN = "ecwid.com"


@dataclass(frozen=True)
class Settings:
    """All settings, validated; created by `portal.read_settings`, or directly in tests."""

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
