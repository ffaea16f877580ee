"""Our client and the sandbox, written apart, understand each other."""
