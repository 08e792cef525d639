"""Tokenizers made from nothing: every byte is a token, and a few words are merged to one."""

from typing import Any

MERGED = ("snow", "dust", "rain", "ash", "red", "blue")
"""Words that are one token, so that merges are really used."""
CLIP_LENGTH = 77


def clip_tokenizer() -> Any:
    """CLIP's own class over bytes; both special tokens come last, as in the published one."""
    from transformers import CLIPTokenizer

    letters = _byte_letters()
    vocabulary = [*letters, *(one + "</w>" for one in letters)]
    merges = []
    for word in MERGED:
        parts = [*word[:-1], word[-1] + "</w>"]
        _merge(parts, vocabulary, merges)
    vocabulary += ["<|startoftext|>", "<|endoftext|>"]
    ids = {one: index for index, one in enumerate(vocabulary)}
    return CLIPTokenizer(vocab=ids, merges=merges, model_max_length=CLIP_LENGTH)


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
