"""Hold what a process does beside its requests and jobs, on threads of its own."""
