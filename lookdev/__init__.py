"""Generative look development for film.

Nothing happens at import: each room loads what it needs when it is used.
"""
