"""The command line: each command parses, then calls the function of the same meaning."""

# The help lists commands in the order of these imports, which is the order of work.
# isort: off
from lookdev.cli import (
    shows,
    models,
    looks,
    fitting,
    measuring,
    diversity,
    approving,
    rights,
    verifying,
    disclosing,
    ledger,
    keys,
    servers,
)
from lookdev.cli.app import app, main

# isort: on

__all__ = [
    "app",
    "approving",
    "disclosing",
    "diversity",
    "fitting",
    "keys",
    "ledger",
    "looks",
    "main",
    "measuring",
    "models",
    "rights",
    "servers",
    "shows",
    "verifying",
]
