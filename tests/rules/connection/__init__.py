"""Tests of portal.rules.connection."""
