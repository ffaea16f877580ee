"""Tests of portal.web.command_line."""
