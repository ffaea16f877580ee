"""Tests of portal.models."""
