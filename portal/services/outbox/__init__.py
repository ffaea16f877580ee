"""Outbound events, written in the transaction that causes them."""
