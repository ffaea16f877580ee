"""Tests of portal.web.team and portal.web.invitations."""
