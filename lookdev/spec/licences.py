"""Licences that models are published under, by their SPDX ids (SPDX License List 3.27).

The list is of those that weights, code and pictures plausibly come with; any other licence is named
`LicenseRef-...` (SPDX 2.3, annex D) or as it calls itself, with its text kept beside the show.
"""

import re

SPDX = frozenset(
    """
    0BSD AFL-3.0 AGPL-3.0-only AGPL-3.0-or-later Apache-2.0 Artistic-2.0 BSD-2-Clause BSD-3-Clause
    BSD-3-Clause-Clear BSL-1.0 BUSL-1.1 C-UDA-1.0 CC-BY-1.0 CC-BY-2.0 CC-BY-2.5 CC-BY-3.0 CC-BY-4.0
    CC-BY-NC-2.0 CC-BY-NC-2.5 CC-BY-NC-3.0 CC-BY-NC-4.0 CC-BY-NC-ND-2.0 CC-BY-NC-ND-3.0
    CC-BY-NC-ND-4.0 CC-BY-NC-SA-2.0 CC-BY-NC-SA-3.0 CC-BY-NC-SA-4.0 CC-BY-ND-3.0 CC-BY-ND-4.0
    CC-BY-SA-2.0 CC-BY-SA-3.0 CC-BY-SA-4.0 CC-PDDC CC0-1.0 CDLA-Permissive-1.0 CDLA-Permissive-2.0
    CDLA-Sharing-1.0 ECL-2.0 EPL-2.0 EUPL-1.2 GPL-2.0-only GPL-2.0-or-later GPL-3.0-only
    GPL-3.0-or-later ISC LGPL-2.1-only LGPL-2.1-or-later LGPL-3.0-only LGPL-3.0-or-later MIT MIT-0
    MPL-2.0 MS-PL MulanPSL-2.0 NCSA ODbL-1.0 ODC-By-1.0 OGL-UK-3.0 OSL-3.0 PDDL-1.0
    PolyForm-Noncommercial-1.0.0 PolyForm-Small-Business-1.0.0 PostgreSQL Unlicense WTFPL Zlib
    """.split()  # noqa: SIM905 a page of ids reads better than a page of quotes
)

_FORBIDS_COMMERCE = re.compile(r"(^|-)NC(-|$)|non-?commercial|research-only", re.IGNORECASE)


def forbids_commerce(licence: str) -> bool:
    """Whether a licence says in its own name that it is not for commercial use."""
    return _FORBIDS_COMMERCE.search(licence) is not None


def asks_attribution(licence: str) -> bool:
    """Whether a picture made of licensed material must name its author: CC-BY and its kin."""
    return licence.startswith(("CC-BY-", "ODC-By-"))


def allows_no_changes(licence: str) -> bool:
    """Whether adapted material may not be passed on: Creative Commons' ND."""
    return licence.startswith("CC-BY-") and "-ND-" in licence
