"""Startup configuration of the sandbox, and the switches that can change while it runs."""

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
    """Registered app, listening address and state file."""

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
# Allowed values. A switch that is neither here nor on/off takes a number.
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
    "order_create_response": ("both", "orderid", "orderId", "id"),
    "coupon_path": ("both", "id", "code"),
    "coupon_filter": ("any_case", "exact"),
    "limit_above_100": ("clamp", "refuse", "serve"),
    "webhook_event_case": ("camel", "snake"),
    "webhook_event_id": ("text", "number"),
    "webhook_method": ("POST", "PUT"),
    "webhook_order": ("in_order", "shuffled"),
    "webhook_signature": ("valid", "invalid", "missing"),
}
# A switch covers a point on which sources about Ecwid disagree, a leniency of the real service, or
# a fault. A switch whose name ends in _rate is a share of calls, from 0 to 1.
Table = dict[str, tuple[str, str]]
OAUTH: Table = {
    "echo_state": ("on", "the consent page returns state to the app"),
    "callback_store_id": ("on", "the consent page returns store_id to the app"),
    "token_url": ("both", "paths that issue tokens: with_store_id, without_store_id or both"),
    "legacy_token_get": ("off", "the token endpoint accepts GET"),
    "token_type": ("Bearer", "spelling in the token response: Bearer or bearer"),
    "token_email": ("off", "the token response contains the owner's e-mail address"),
    "token_fault": ("none", f"a broken token response: {', '.join(CHOICES['token_fault'][1:])}"),
    "comma_scopes": ("off", "scopes may be separated by commas"),
    "reconsent_revokes_token": ("on", "a new consent revokes the previous token"),
}
ACCESS: Table = {
    "quota_per_minute": ("600", "requests per minute and token; 0 turns the quota off"),
    "dead_token_quota": ("20", "requests per minute and dead token; 0 turns the quota off"),
    "dead_token_total": ("600", "requests per client address with any dead token; 0 turns it off"),
    "dead_token_block_s": ("600", "seconds for which a dead token over its quota is blocked"),
    "legacy_query_token": ("off", "the API accepts the token in the query string"),
    "forbidden_body": ("off", "a 403 for a dead token has a body"),
    "token_endpoint": ("on", "/application/token lists the token's scopes; off is a 404"),
    "free_plan": ("profile", "a Free store serves its profile only (profile) or nothing (402)"),
}
DATA: Table = {
    "strict_orders": ("off", "a new order must have the five required fields"),
    "order_create_response": (
        "both",
        "number in the response to a new order: orderid, orderId, both, or id only",
    ),
    "order_path_internal_id": ("on", "order paths accept the internal id"),
    "coupon_path": ("both", "coupon paths accept the id, the code or both"),
    "coupon_filter": (
        "any_case",
        "GET /discount_coupons?code= compares codes in any_case, or exact",
    ),
    "search_lag_s": ("0", "seconds until searches reflect a change"),
    "limit_above_100": ("clamp", "limit above 100: clamp, refuse or serve"),
}
WEBHOOKS: Table = {
    "webhook_registration": (
        "on",
        "stores have endpoints to register webhooks; the real service has none",
    ),
    "webhook_event_case": ("camel", "spelling of event names: camel or snake case"),
    "webhook_event_id": ("text", "eventId is a text, or a number as on two pages"),
    "webhook_method": ("POST", "method of deliveries; two pages show PUT"),
    "webhook_order": (
        "in_order",
        "in_order, or shuffled: each event is delayed by up to two seconds",
    ),
    "webhook_duplicates": ("0", "extra copies sent of each event"),
    "webhook_delay_s": ("0", "seconds before an event is sent"),
    "webhook_signature": ("valid", "valid, invalid or missing"),
    "webhook_concurrency": ("8", "deliveries sent at the same time"),
    "webhook_log_limit": ("20000", "finished deliveries kept in the log"),
    "retry_speed": ("1", "speed of retries and blocking, as a multiple of real time"),
}
FAULTS: Table = {
    "latency_ms": ("0", "delay of every REST response"),
    "latency_jitter_ms": ("0", "maximum random extra delay"),
    "hanging_stores": (
        "none",
        "stores whose REST calls hang: ids and ranges as 1003,1010-1019",
    ),
    "hang_s": ("25", "extra delay of the REST calls of hanging stores, in seconds"),
    "throttle_rate": ("0", "share of REST calls answered with 429"),
    "throttle_wait_s": ("5", "Retry-After of those 429; 0 omits the header"),
    "error_rate": ("0", "share of REST calls answered with 500 and not executed"),
    "error_after_rate": ("0", "share of REST calls answered with 500 although executed"),
    "timeout_rate": ("0", "share of REST calls without a response and not executed"),
    "timeout_after_rate": ("0", "share of REST calls without a response although executed"),
    "timeout_s": ("30", "seconds until a connection without a response is closed"),
    "reset_rate": ("0", "share of REST calls whose connection is reset, not executed"),
    "reset_after_rate": ("0", "share of REST calls whose connection is reset although executed"),
    "cut_rate": ("0", "share of REST responses whose connection closes in mid-body"),
    "truncated_rate": ("0", "share of REST responses that contain half their JSON"),
    "wrong_type_rate": ("0", "share of REST responses replaced by a proxy's HTML page"),
    "slow_body_rate": ("0", "share of REST responses with a slow body"),
    "slow_body_s": ("5", "seconds that a slow body takes"),
    "seed": ("0", "seed of the random numbers; setting it restarts them"),
}
GROUPS = {
    "Consent and token": OAUTH,
    "Access": ACCESS,
    "Orders, coupons and lists": DATA,
    "Webhooks": WEBHOOKS,
    "Faults": FAULTS,
}
SWITCHES: Table = {name: row for table in GROUPS.values() for name, row in table.items()}
