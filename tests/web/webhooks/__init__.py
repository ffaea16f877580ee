"""Tests of portal.web.webhooks."""
