"""Rules of incoming webhooks: event types, retries, liveness."""
