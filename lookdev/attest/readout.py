"""Content Credentials read back: what they say, whether they hold, and until when."""

import io
import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import c2pa

from lookdev.attest.credentials import DETACHED, EMBEDDED, OFFLINE, SIDECAR
from lookdev.attest.framing import FramingError, check_store, store_of
from lookdev.attest.source_types import is_source_type
from lookdev.errors import TrustError

_UNTRUSTED = "signingCredential.untrusted"


@dataclass(frozen=True)
class Action:
    """What was done, in C2PA's words."""

    name: str
    """`c2pa.opened`, `c2pa.placed`, `c2pa.edited`."""
    source_type: str | None
    """Address of the IPTC's term."""
    ingredients: tuple[str, ...]
    """Titles of what it was done with."""


@dataclass(frozen=True)
class Ingredient:
    """What went into the file."""

    title: str
    relationship: str
    """`parentOf` or `componentOf`."""
    description: str | None
    listed: str
    """The text that came with it: of a plate, the SHA-256 of its frames."""


@dataclass(frozen=True)
class Readout:
    """What one file's credentials say."""

    path: Path
    failures: tuple[str, ...]
    """Everything that is wrong, in C2PA's words or ours; none where the credentials hold."""
    trusted: bool = False
    """Whether the signer's root is one of the anchors that were given."""
    title: str | None = None
    generator: str | None = None
    signer: str | None = None
    issuer: str | None = None
    timestamped: bool = False
    trust_ends: str | None = None
    """Without a time stamp: when the certificate ends (UTC, `2026-11-22 18:30:00`)."""
    actions: tuple[Action, ...] = ()
    ingredients: tuple[Ingredient, ...] = ()
    manifest: dict[str, Any] = field(default_factory=dict, repr=False)
    """The active manifest as the library gives it."""

    @property
    def valid(self) -> bool:
        """Whether nothing is wrong."""
        return not self.failures


def read_back(path: Path, *, anchors: Path | None) -> Readout:
    """Read the credentials of a file and check them, without network.

    Every bit counts: beside C2PA's own validation, bytes that no signature covers must be in
    order (`attest.framing`), and source types must be the IPTC's.

    Args:
        path: A PNG or MP4; else a file with `NAME.c2pa` beside it, or that `.c2pa` itself.
        anchors: Root certificates, PEM; a signer under none of them is a failure. None asks only
            whether the file is as it was signed, by whomever.

    Raises:
        TrustError: The file or the anchors cannot be read.
    """
    settings = dict(OFFLINE)
    if anchors is not None:
        settings["trust"] = {"trust_anchors": _pem(anchors)}
    try:
        media, media_type, store = _opened(path)
        check_store(store)
        with ExitStack() as stack:
            file = stack.enter_context(media.open("rb"))
            context = stack.enter_context(c2pa.Context.from_dict(settings))
            beside = store if media_type == DETACHED else None
            reader = stack.enter_context(c2pa.Reader(media_type, file, beside, context=context))
            return _readout(path, reader, needs_anchor=anchors is not None)
    except (FramingError, c2pa.C2paError) as error:
        return Readout(path, (" ".join(str(error).split()),))
    except OSError as error:
        raise TrustError(f"{path}: cannot be read: {error.strerror or error}") from error


def _opened(path: Path) -> tuple[Path, str, bytes]:
    """The signed file, its media type and its manifest store."""
    media_type = EMBEDDED.get(path.suffix)
    if media_type is not None:
        return path, media_type, store_of(path, media_type)
    media = path.with_suffix("") if path.suffix == SIDECAR else path
    return media, DETACHED, media.with_name(media.name + SIDECAR).read_bytes()


def _pem(path: Path) -> str:
    try:
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise TrustError(f"{path}: cannot be read as certificates (PEM)") from error
    if "-----BEGIN CERTIFICATE-----" not in text:
        raise TrustError(f"{path}: holds no certificate (PEM); name the roots to trust")
    return text


def _readout(path: Path, reader: Any, *, needs_anchor: bool) -> Readout:
    told = json.loads(reader.json())
    active = told.get("active_manifest", "")
    manifest = told.get("manifests", {}).get(active, {})
    signature = _signature(json.loads(reader.crjson()), active)
    actions = tuple(_actions(manifest))
    codes = [status["code"] for status in told.get("validation_status", ())]
    failures = [code for code in codes if needs_anchor or code != _UNTRUSTED]
    failures += [
        f"{action.name}: {action.source_type} is no digital source type of the IPTC's"
        for action in actions
        if action.source_type is not None and not is_source_type(action.source_type)
    ]
    state = told.get("validation_state")
    if not manifest:
        failures.append("there is no active manifest")
    if state not in ("Valid", "Trusted") and not failures:
        failures.append(f"validation ended as {state}")
    certificate = signature.get("certificateInfo", {})
    ends = certificate.get("validity", {}).get("notAfter")
    timestamped = bool(signature.get("timeStampInfo"))
    return Readout(
        path=path,
        failures=tuple(failures),
        trusted=state == "Trusted",
        title=manifest.get("title"),
        generator=_generator(manifest),
        signer=_name(certificate.get("subject", {})),
        issuer=_name(certificate.get("issuer", {})),
        timestamped=timestamped,
        trust_ends=None if timestamped or ends is None else _time(ends),
        actions=actions,
        ingredients=tuple(_ingredients(manifest, reader)),
        manifest=manifest,
    )


def _signature(told: dict[str, Any], label: str) -> dict[str, Any]:
    for one in told.get("manifests", ()):
        if one.get("label") == label:
            signature: dict[str, Any] = one.get("signature", {})
            return signature
    return {}


def _actions(manifest: dict[str, Any]) -> Iterator[Action]:
    titles = {one.get("label"): one.get("title", "") for one in manifest.get("ingredients", ())}
    for assertion in manifest.get("assertions", ()):
        if not assertion.get("label", "").startswith("c2pa.actions"):
            continue
        for one in assertion.get("data", {}).get("actions", ()):
            links = one.get("parameters", {}).get("ingredients", ())
            labels = [link.get("url", "").rpartition("/")[2] for link in links]
            named = tuple(titles.get(label, label) for label in labels)
            yield Action(one.get("action", ""), one.get("digitalSourceType"), named)


def _ingredients(manifest: dict[str, Any], reader: Any) -> Iterator[Ingredient]:
    for one in manifest.get("ingredients", ()):
        listed = io.BytesIO()
        if "data" in one:
            reader.resource_to_stream(one["data"]["identifier"], listed)
        text = listed.getvalue().decode("utf-8", "replace")
        title, relationship = one.get("title", ""), one.get("relationship", "")
        yield Ingredient(title, relationship, one.get("description"), text)


def _generator(manifest: dict[str, Any]) -> str | None:
    infos = manifest.get("claim_generator_info") or [{}]
    words = (infos[0].get("name"), infos[0].get("version"))
    return " ".join(word for word in words if word) or None


def _name(parts: dict[str, str]) -> str | None:
    return ",".join(f"{key}={value}" for key, value in parts.items()) or None


def _time(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
