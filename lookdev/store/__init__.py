"""Bytes by content: what was made once and may be made again."""
