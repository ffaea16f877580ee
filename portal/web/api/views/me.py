"""The calling key and its channel."""

from __future__ import annotations

from portal.models import ApiKey as KeyRow
from portal.models import Channel, KeyMode
from portal.rules.channels.channel_states import ChannelKind, ChannelStatus
from portal.services.channels.reach import consents_to_read
from portal.services.channels.sale_rules import rule_facts
from portal.web.api.authentication import call_limit, current_key, key_rate_limit
from portal.web.api.channel_schemas import ApiChannel, ApiKey, CallLimits, Me, SaleRules
from portal.web.api.endpoints import endpoint


@endpoint("GET", "/me", tag="Channel", scope=None, limit=key_rate_limit, responses={200: Me})
def get_me() -> Me:
    """Retrieve the calling key with its channel, scopes, stores and limits."""
    key, limit = current_key(), call_limit()
    return Me(
        channel=_channel(key.channel),
        key=key_schema(key),
        stores=consents_to_read(key).count(),
        limits=CallLimits(
            per_store_per_minute=limit.per_minute,
            other_per_minute=limit.per_minute,
            burst=limit.burst,
        ),
    )


def key_schema(key: KeyRow) -> ApiKey:
    """Return a key as the API's struct."""
    return ApiKey(
        id=key.id,
        name=key.name,
        prefix=key.prefix,
        mode=KeyMode(key.mode),
        scopes=list(key.scopes),
        store_id=key.store_id,
        allowed_networks=list(key.limits.networks),
        created_at=key.created_at,
        expires_at=key.expires_at,
        rotated_at=key.rotated_at,
        last_used_at=key.last_used_at,
        last_used_from=key.last_used_from,
        suspended_at=key.suspended_at,
        revoked_at=key.revoked_at,
    )


def _channel(channel: Channel) -> ApiChannel:
    return ApiChannel(
        id=channel.id,
        name=channel.name,
        kind=ChannelKind(channel.kind),
        status=ChannelStatus(channel.status),
        requested_scopes=list(channel.requested_scopes),
        return_urls=list(channel.return_urls),
        sale_rules=SaleRules(**rule_facts(channel)),
        alert_emails=channel.alert_emails,
    )
