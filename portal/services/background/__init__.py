"""Background threads of the processes: debounced writes and wake-ups."""
