"""Hold the jobs, one a file; `portal.jobs` names them."""
