"""Tests of portal.rules.sync."""
