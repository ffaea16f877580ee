"""Limits of the calls with a key: token buckets of the key and of each store that it reaches.

Calls without a valid key have limits by IP address: see `portal.web.limits`.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from flask import Flask, current_app, g, request

from portal.rules.api_keys.token_bucket import Bucket, BucketState
from portal.services.api_keys.token_buckets import TokenBuckets
from portal.services.runtime import Runtime
from portal.web.api.problems import ProblemError

# Names of the buckets in headers.
OF_STORE, OF_KEY, OF_TEST_EVENTS = "store", "key", "test-events"
_BUCKETS = "portal_token_buckets"

log = structlog.get_logger(__name__)


def set_up_call_limits(app: Flask, runtime: Runtime) -> None:
    """Keep the buckets in the Redis server of the runtime."""
    app.extensions[_BUCKETS] = TokenBuckets(runtime.redis)


def count_call(buckets: Sequence[Bucket]) -> None:
    """Take the current call from all of the buckets; respond with 429 if one of them is empty."""
    kept: TokenBuckets = current_app.extensions[_BUCKETS]
    states = g.bucket_states = kept.take(buckets)
    if empty := [each for each in states if each.is_empty]:
        keys = [each.bucket.key for each in empty]
        log.warning("rate_limit.exceeded", endpoint=request.endpoint, buckets=keys)
        wait_s = max(each.wait_s for each in empty)
        raise ProblemError("rate_limited", headers={"Retry-After": str(wait_s)})


def bucket_states() -> Sequence[BucketState]:
    """Return the buckets that the current call was taken from; none before `count_call`."""
    found: Sequence[BucketState] = g.get("bucket_states", ())
    return found
