"""Faults of a running stack: each is caused by `inject` and ended by `mend`."""
