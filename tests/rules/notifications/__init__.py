"""Tests of portal.rules.notifications."""
