"""Where media comes from, in the IPTC's words.

C2PA names them by address, and its library signs and validates any address, a nonsense one too:
whether it is one of the vocabulary is asked here. Source: IPTC NewsCodes, Digital Source Type,
http://cv.iptc.org/newscodes/digitalsourcetype/, release of 2024-10-23 (CC BY 4.0).
"""

from lookdev.errors import TrustError

SCHEME = "http://cv.iptc.org/newscodes/digitalsourcetype/"

TERMS = frozenset(
    {
        "algorithmicMedia",
        "algorithmicallyEnhanced",
        "composite",
        "compositeCapture",
        "compositeSynthetic",
        "compositeWithTrainedAlgorithmicMedia",
        "computationalCapture",
        "dataDrivenMedia",
        "digitalCapture",
        "digitalCreation",
        "humanEdits",
        "negativeFilm",
        "positiveFilm",
        "print",
        "screenCapture",
        "trainedAlgorithmicMedia",
        "virtualRecording",
    }
)
"""The terms in use."""

RETIRED = frozenset({"digitalArt", "minorHumanEdits", "softwareImage"})
"""Terms that old files may carry and new ones may not."""

GENERATED = "trainedAlgorithmicMedia"
"""Of an element: made by a model that was trained on other media."""
COMPOSITED = "compositeWithTrainedAlgorithmicMedia"
"""Of a comp: a picture with such an element in it."""

_C2PA_OWN = frozenset(
    f"http://c2pa.org/digitalsourcetype/{name}" for name in ("empty", "trainedAlgorithmicData")
)


def source_type(term: str) -> str:
    """The address of a term in use.

    Raises:
        TrustError: The IPTC has no such term, or has retired it.
    """
    if term not in TERMS:
        why = "was retired by the IPTC" if term in RETIRED else "is no term of the IPTC's"
        raise TrustError(f"digital source type {term!r} {why}; take one of {SCHEME}")
    return SCHEME + term


def is_source_type(address: str) -> bool:
    """Whether an address in a manifest is a term (retired ones count) or one of C2PA's own two."""
    known = address.removeprefix(SCHEME) in TERMS | RETIRED
    return (address.startswith(SCHEME) and known) or address in _C2PA_OWN
