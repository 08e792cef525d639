"""Measurements of frames, sequences and sets of looks, and the gates that they must pass."""
