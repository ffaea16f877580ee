"""Send a ping to an endpoint at once, while somebody waits for what it answers."""

from __future__ import annotations

from portal.models import ChannelEndpoint, Delivery, database, utc_now
from portal.rules.work.backoff import LAST_CHECK_AFTER
from portal.services.outbound_webhooks.attempts import begin_attempt
from portal.services.outbound_webhooks.deliveries import lock_endpoint
from portal.services.outbound_webhooks.failing_endpoints import ping_later
from portal.services.outbound_webhooks.results import note_reply
from portal.services.outbound_webhooks.signed_request import open_line, post_parcel
from portal.services.runtime import Runtime


def try_endpoint(runtime: Runtime, endpoint: ChannelEndpoint) -> Delivery | None:
    """Send a ping, also to an endpoint that is off; return how it went, None if it is gone.

    The network lies between two short transactions. A success ends what is failing; a failure
    counts as any other, while the endpoint is on.
    """
    with database.atomic():
        held = lock_endpoint(endpoint.id)
        if held is None:
            return None
        # Not due, so that the daemon leaves it alone; should we die, it is given up then.
        ping = ping_later(held, due_at=utc_now() + LAST_CHECK_AFTER)
        parcel = begin_attempt(runtime, held, ping, ping.message)
    if parcel is not None:
        line = open_line(runtime.settings)
        reply = post_parcel(line, parcel)
        line.close()
        note_reply(runtime, parcel, reply)
    found: Delivery | None = Delivery.get_or_none(Delivery.id == ping.id)
    return found
