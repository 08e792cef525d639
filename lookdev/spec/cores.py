"""How many processor cores this process may use."""

import os


def cores() -> int:
    """Those that it may run on, as a scheduler or a container allows; at least 1."""
    every = os.cpu_count() or 1
    if not hasattr(os, "sched_getaffinity"):
        return every
    return max(1, min(every, len(os.sched_getaffinity(0))))
