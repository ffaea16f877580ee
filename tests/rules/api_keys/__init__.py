"""Tests of portal.rules.api_keys."""
