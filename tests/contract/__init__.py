"""Contract tests between the portal's client and the sandbox, which share no code."""
