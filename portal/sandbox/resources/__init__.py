"""Keep what a store has, one resource a module; every change causes its webhook event."""
