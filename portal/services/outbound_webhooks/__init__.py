"""Webhooks to channels: endpoints, deliveries, alerts."""
