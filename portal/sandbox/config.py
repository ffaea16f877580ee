"""Hold how a sandbox is set up, and the switches that can be turned while it runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

DEFAULT_SCOPES = (
    "read_store_profile",
    "read_catalog",
    "read_orders",
    "create_orders",
    "update_orders",
    "read_customers",
    "create_customers",
    "read_discount_coupons",
    "read_store_profile_extended",
)


@dataclass(frozen=True)
class SandboxConfig:
    """Hold one registered app and where the sandbox listens and keeps its state."""

    state: Path
    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    webhook_url: str = ""
    scopes: tuple[str, ...] = DEFAULT_SCOPES
    host: str = "127.0.0.1"
    port: int = 0
    switches: dict[str, str] = field(default_factory=dict)


ON_OFF = ("on", "off")
# What is neither on or off nor here is a number.
CHOICES = {
    "token_type": ("Bearer", "bearer"),
    "token_fault": (
        "none",
        "non_json",
        "empty",
        "no_scope",
        "no_store_id",
        "no_token",
        "other_store",
    ),
    "free_plan": ("profile", "402"),
    "webhook_names": ("camel", "snake"),
    "webhook_signature": ("right", "wrong", "missing"),
}
# Each switch is a point where sources disagree, where the real service is lax, or a fault.
SWITCHES: dict[str, tuple[str, str]] = {
    "quota_per_minute": ("600", "requests a minute for each token; 0 lifts the quota"),
    "echo_state": ("on", "the consent page sends state back"),
    "callback_store_id": ("on", "the consent page sends store_id back"),
    "token_type": ("Bearer", "the spelling in the token answer: Bearer or bearer"),
    "token_fault": ("none", f"a broken token answer: {', '.join(CHOICES['token_fault'][1:])}"),
    "token_email": ("off", "the token answer names the owner's e-mail"),
    "legacy_token_get": ("off", "the token may be fetched by GET"),
    "comma_scopes": ("off", "scopes may be separated by commas"),
    "reconsent_kills_token": ("on", "a new consent ends the former token"),
    "legacy_query_token": ("off", "the token may stand in the query"),
    "forbidden_body": ("off", "a 403 for a dead token has a body"),
    "free_plan": ("profile", "a Free store: profile (readable, no more) or 402 (nothing)"),
    "webhook_endpoints": ("on", "stores have registration endpoints; the real service has none"),
    "webhook_names": ("camel", "spelling of event names: camel or snake"),
    "webhook_signature": ("right", "right, wrong or missing"),
    "webhook_duplicates": ("0", "how many times more each event is sent"),
    "webhook_delay_s": ("0", "seconds before an event is sent"),
    "retry_speed": ("1", "how many times faster than real time deliveries are repeated"),
    "latency_ms": ("0", "added to every REST answer"),
    "error_rate": ("0", "share of REST calls answered 500, from 0 to 1"),
}
