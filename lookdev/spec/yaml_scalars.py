"""Which plain scalars every YAML reads alike, and which it takes for something else."""

import re

INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
FLOAT = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+([eE][-+]?[0-9]+)?")
AMBIGUOUS = re.compile(
    r"""~|y|n|yes|no|on|off|true|false|null|=|<<  # words that some YAML converts
    |[-+]?\.(inf|nan)|[-+]?\.[0-9].*|[-+]?[0-9][0-9_.,]*([eE][-+]?[0-9]*)?  # odd numbers
    |[-+]?0[xob][0-9a-f_]+|[-+]?[0-9][0-9_]*(:[0-9.]+)+     # other bases, base 60
    |[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt\ ].*)?              # dates
    """,
    re.IGNORECASE | re.VERBOSE,
)
