"""Tests of portal.rules.webhooks."""
