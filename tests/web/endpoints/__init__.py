"""Tests of the pages of webhooks to channels."""
