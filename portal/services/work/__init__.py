"""Kernel of retried background work: leases, row locks and the failure policy."""
