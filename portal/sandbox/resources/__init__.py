"""Resources of a store, one module each. Every change emits its webhook event."""
