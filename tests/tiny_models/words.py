"""Tokenizers made from nothing: every byte is a token, and a few words are merged to one."""

from typing import Any

MERGED = ("snow", "dust", "rain", "ash", "red", "blue")
"""Words that are one token, so that merges are really used."""


def clip_tokenizer() -> Any:
    """CLIP's own class over bytes; both special tokens come last, as in the published one."""
    from transformers import CLIPTokenizer

    vocabulary, merges = byte_vocabulary(end="</w>")
    vocabulary += ["<|startoftext|>", "<|endoftext|>"]
    ids = {one: index for index, one in enumerate(vocabulary)}
    return CLIPTokenizer(vocab=ids, merges=merges, model_max_length=77)


def t5_tokenizer() -> Any:
    """T5's own class: single letters and a few words, likelier than their letters."""
    from transformers import T5Tokenizer

    specials = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    letters = [(chr(code), -8.0) for code in range(33, 127)]
    words = [("▁" + word, -3.0) for word in MERGED]
    return T5Tokenizer(
        vocab=[*specials, ("▁", -2.0), *letters, *words], extra_ids=0, model_max_length=512
    )


def byte_vocabulary(*, end: str = "") -> tuple[list[str], list[tuple[str, str]]]:
    """Tokens of byte-level BPE and its merges; `end` marks a word's last letter."""
    letters = _byte_letters()
    vocabulary = [*letters, *(one + end for one in letters if end)]
    merges: list[tuple[str, str]] = []
    for word in MERGED:
        _merge([*word[:-1], word[-1] + end], vocabulary, merges)
    return vocabulary, merges


def _merge(parts: list[str], vocabulary: list[str], merges: list[tuple[str, str]]) -> None:
    """Add what joins the parts, from the left, to one token."""
    joined = parts[0]
    for part in parts[1:]:
        if (joined, part) not in merges:
            merges.append((joined, part))
        joined += part
        if joined not in vocabulary:
            vocabulary.append(joined)


def _byte_letters() -> list[str]:
    """A printable letter for each byte, as byte-level BPE has them (Radford et al. 2019)."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [byte for byte in range(256) if byte not in printable]
    letters = {byte: chr(byte) for byte in printable}
    letters |= {byte: chr(256 + index) for index, byte in enumerate(rest)}
    return [letters[byte] for byte in range(256)]
