"""Rules of webhooks to channels: event names, payloads, endpoint health."""
