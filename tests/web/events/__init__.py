"""Tests of portal.web.events."""
