"""Tests of portal.rules.outbound_webhooks."""
