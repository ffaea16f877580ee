"""Tests of portal.rules.accounts."""
