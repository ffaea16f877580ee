"""Hold how a sandbox is set up, and the switches that can be turned while it runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

DEFAULT_SCOPES = (
    "read_store_profile",
    "read_catalog",
    "fetch_orders",
    "create_orders",
    "update_orders",
    "fetch_customers",
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
    "token_url": ("both", "with_store_id", "without_store_id"),
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
    "order_create_answer": ("both", "orderid", "orderId", "id"),
    "coupon_path": ("both", "id", "code"),
    "limit_above_100": ("clamp", "refuse", "serve"),
    "webhook_names": ("camel", "snake"),
    "webhook_order": ("in_order", "shuffled"),
    "webhook_signature": ("right", "wrong", "missing"),
}
# Each switch is a point where sources disagree, where the real service is lax, or a fault. A name
# that ends in _rate is a share of calls, from 0 to 1.
Table = dict[str, tuple[str, str]]
OAUTH: Table = {
    "echo_state": ("on", "the consent page sends state back"),
    "callback_store_id": ("on", "the consent page sends store_id back"),
    "token_url": ("both", "where a token is had: with_store_id, without_store_id or both"),
    "legacy_token_get": ("off", "the token may be fetched by GET"),
    "token_type": ("Bearer", "the spelling in the token answer: Bearer or bearer"),
    "token_email": ("off", "the token answer names the owner's e-mail"),
    "token_fault": ("none", f"a broken token answer: {', '.join(CHOICES['token_fault'][1:])}"),
    "comma_scopes": ("off", "scopes may be separated by commas"),
    "reconsent_kills_token": ("on", "a new consent ends the former token"),
}
ACCESS: Table = {
    "quota_per_minute": ("600", "requests a minute for each token; 0 lifts the quota"),
    "dead_token_quota": ("20", "requests a minute with one dead token; 0 lifts the quota"),
    "dead_token_total": ("600", "requests from one address with any dead token; 0 lifts it"),
    "dead_token_block_s": ("600", "how long a dead token is refused beyond its quota"),
    "legacy_query_token": ("off", "the token may stand in the query"),
    "forbidden_body": ("off", "a 403 for a dead token has a body"),
    "token_endpoint": ("on", "/application/token tells apps what their token can do; off is a 404"),
    "free_plan": ("profile", "a Free store: profile (readable, no more) or 402 (nothing)"),
}
DATA: Table = {
    "strict_orders": ("on", "a new order needs its five fields; off takes it without"),
    "order_create_answer": ("both", "a new order's number: orderid, orderId, both or the id alone"),
    "order_path_internal_id": ("on", "an order may be named by its internal number"),
    "coupon_path": ("both", "a coupon is named by id, by code or by both"),
    "index_lag_s": ("0", "seconds before a search finds what was changed"),
    "limit_above_100": ("clamp", "a page of more than 100: clamp, refuse or serve"),
}
WEBHOOKS: Table = {
    "webhook_endpoints": ("on", "stores have registration endpoints; the real service has none"),
    "webhook_names": ("camel", "spelling of event names: camel or snake"),
    "webhook_order": ("in_order", "in_order, or shuffled: each comes up to two seconds later"),
    "webhook_duplicates": ("0", "how many times more each event is sent"),
    "webhook_delay_s": ("0", "seconds before an event is sent"),
    "webhook_signature": ("right", "right, wrong or missing"),
    "webhook_lanes": ("8", "how many deliveries are under way at once"),
    "webhook_log_limit": ("20000", "how many deliveries the log keeps once they are over"),
    "retry_speed": ("1", "how many times faster than real time repeats and the blocking come"),
}
FAULTS: Table = {
    "latency_ms": ("0", "added to every REST answer"),
    "latency_jitter_ms": ("0", "up to so much more is added, by chance"),
    "throttle_rate": ("0", "share of REST calls answered 429"),
    "throttle_wait_s": ("5", "what those 429 say in Retry-After; 0 leaves it out"),
    "error_rate": ("0", "share of REST calls answered 500, nothing done"),
    "error_after_rate": ("0", "share of REST calls answered 500 after they were done"),
    "timeout_rate": ("0", "share of REST calls without an answer, nothing done"),
    "timeout_after_rate": ("0", "share of REST calls without an answer after they were done"),
    "timeout_s": ("30", "how long a call without an answer is kept open"),
    "reset_rate": ("0", "share of REST calls whose connection is reset, nothing done"),
    "reset_after_rate": ("0", "share of REST calls whose connection is reset after they were done"),
    "cut_rate": ("0", "share of REST answers that end with the connection in mid-body"),
    "truncated_rate": ("0", "share of REST answers with half their JSON, as if it were all"),
    "wrong_type_rate": ("0", "share of REST answers that are a web page, as a proxy makes them"),
    "slow_body_rate": ("0", "share of REST answers whose body drips"),
    "slow_body_s": ("5", "how long such a body takes"),
    "seed": ("0", "what chance starts from; setting it starts again"),
}
GROUPS = {
    "Consent and token": OAUTH,
    "Access": ACCESS,
    "Orders, coupons and lists": DATA,
    "Webhooks": WEBHOOKS,
    "Faults": FAULTS,
}
SWITCHES: Table = {name: row for table in GROUPS.values() for name, row in table.items()}
