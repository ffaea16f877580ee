"""Rules of privacy requests: what erasure keeps, and the keys of erased people."""
