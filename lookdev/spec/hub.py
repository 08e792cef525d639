"""A model on the Hugging Face hub: whose, which, and at exactly which commit."""

import re
from dataclasses import dataclass

from lookdev.errors import SpecError

HUB = "hub:"
"""How a card's `weights` begins where it names a model on the hub."""

HARMLESS = frozenset({"", ".csv", ".jinja", ".json", ".md", ".model", ".safetensors", ".txt"})
"""Suffixes of files that may lie in a model's folder; none of them runs code when it is read.

A `.jinja` is a tokenizer's chat template, which transformers renders in a sandbox; `.model` is
sentencepiece's table.
"""

_NAME = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]{0,94}[A-Za-z0-9_])?")
_COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True)
class HubRef:
    """One model's files at one commit: `hub:OWNER/NAME@COMMIT`."""

    owner: str
    name: str
    commit: str
    """40 hexadecimal digits: a branch or a tag can be moved to other files, a commit cannot."""

    @classmethod
    def parse(cls, text: str, *, where: str) -> "HubRef":
        """Read it as a card's `weights` has it.

        Args:
            text: `hub:OWNER/NAME@COMMIT`.
            where: What the error's sentence begins with.

        Raises:
            SpecError: It is written otherwise, or names a branch or tag.
        """
        if trouble := trouble_with(text):
            raise SpecError(f"{where}: weights is {text}; {trouble}")
        repository, _, commit = text.removeprefix(HUB).partition("@")
        owner, _, name = repository.partition("/")
        return cls(owner, name, commit)

    @property
    def repository(self) -> str:
        """`OWNER/NAME`."""
        return f"{self.owner}/{self.name}"

    def __str__(self) -> str:
        """As a card writes it."""
        return f"{HUB}{self.repository}@{self.commit}"


def trouble_with(text: str) -> str | None:
    """Why a text is no `hub:OWNER/NAME@COMMIT`, with the mend; None if it is one."""
    repository, at, commit = text.removeprefix(HUB).partition("@")
    names = repository.split("/")
    if not text.startswith(HUB) or len(names) != 2 or not all(map(_is_name, names)):
        return f"write it as {HUB}OWNER/NAME@COMMIT, with the names that the model's page has"
    if not at:
        return "it names no commit; write @ and the 40 digits of one, from the model's page"
    if not _COMMIT.fullmatch(commit):
        return (
            f"{commit or 'nothing'} is no full commit hash; a branch or a tag can be moved to "
            "other files: write the 40 digits (0-9, a-f) of a commit"
        )
    return None


def _is_name(name: str) -> bool:
    return bool(_NAME.fullmatch(name)) and ".." not in name and "--" not in name
