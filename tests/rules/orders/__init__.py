"""Tests of portal.rules.orders."""
