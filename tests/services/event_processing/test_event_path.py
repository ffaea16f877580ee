"""An event's path stays short: few files, few calls from one to another and few statements."""

from __future__ import annotations

from daemon.job import use_runtime
from daemon.tasks import drain_events
from docs.trace_event_path import Trace
from portal.models import EventState, WebhookEvent, utc_now
from portal.sandbox.server import SandboxServer
from portal.services.runtime import Runtime
from tests.shop import Shop, open_shop
from tests.statements import count_statements

# Measured by docs/trace_event_path.py. A change that needs more should say why:
# the 35th file is the kernel of leases, which all retried work shares. Then came five files that
# calculate what the product's variations cost, by the rules that quotes use, two that write its
# search text, and two that were split off crowded modules of the mirror. Later came the names of
# wake-up keys, the counts of mirrored records, the rule of the last write, the mean duration of
# calls, the answers of stores and the prices of typed variations. The calls rose with them, since
# chunks are made by our own function, and since a page's records are decoded when they are read.
# The latest file limits the time of a response, by the reads of its socket. Then came the change
# feed, with an entry for the product and for each variation, and the look-up of the store's product
# selections. Another file asks whether a call to another server is allowed, as in web requests.
# The latest file and statement count the batch's events and calls of this hour for the charts.
MOST_FILES = 56
MOST_CROSSINGS = 266
MOST_STATEMENTS = 31


def change_product(shop: Shop, product_id: int) -> None:
    """Change a product in the store, which sends its event."""
    shop.change(product_id, price=1)
    shop.event(product_id, event_created_at=utc_now())


def test_a_product_event_is_applied_on_a_short_path(
    runtime: Runtime, sandbox: SandboxServer
) -> None:
    shop = open_shop(runtime, sandbox, products=20)
    shop.sync()
    first_id, product_id = shop.product_ids()[:2]
    trace = Trace()

    use_runtime(runtime)
    try:
        # The first event of a process passes through functions whose results are then kept.
        change_product(shop, first_id)
        drain_events(shop.store_id)
        change_product(shop, product_id)
        with count_statements(runtime.database) as statements:
            trace.run(lambda: drain_events(shop.store_id))
    finally:
        use_runtime(None)

    assert {event.state for event in WebhookEvent.select()} == {EventState.APPLIED}
    assert len(trace.files) <= MOST_FILES, sorted(trace.files)
    assert trace.crossings <= MOST_CROSSINGS
    assert len(statements) <= MOST_STATEMENTS, statements
