"""Who runs this process, and where."""

import getpass
import os
import socket


def this_user() -> str:
    """The name of whoever runs this process, for records."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user may have no name
        return f"user {os.getuid()}"


def this_host() -> str:
    """The name of this machine, for records."""
    return socket.gethostname()
