"""What can go wrong, said to the person who must act.

Every message is one sentence that names the file, the field or frame, the value and the mend.
The command line prints it and exits with 2; a notebook shows it in the failing cell.
"""


class LookdevError(Exception):
    """Base of every error that lookdev raises on purpose."""

    def _render_traceback_(self) -> list[str]:
        """What a notebook's failing cell shows: IPython asks for it."""
        return [f"{type(self).__name__}: {self}"]


class SpecError(LookdevError):
    """A parameters file is not what it must be: an unknown key, a value out of bounds."""


class PlateError(LookdevError):
    """Pixels that cannot be used: a missing frame, a damaged file, an unknown colour space."""


class ModelError(LookdevError):
    """A model that cannot be used: a missing file, a pickle, a class that is not allowed."""


class DeliveryError(LookdevError):
    """A delivery that cannot be started, resumed or trusted."""


class RightsError(LookdevError):
    """A model that may not be used for this, or by nobody who said so: names card and clause."""


class TrustError(LookdevError):
    """A key, signature, approval or credential that cannot be made, read or trusted."""


class LedgerError(LookdevError):
    """A ledger that cannot be opened, written or believed."""
