"""Tests of portal.rules.privacy."""
