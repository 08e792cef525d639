"""Models for tests: tiny and random, of the real classes of diffusers and transformers.

Each builder writes a folder that `from_pretrained` loads without a network, and returns it.
"""

from tiny_models.stable import sdxl, sdxl_inpaint

__all__ = ["sdxl", "sdxl_inpaint"]
