"""Pixels in and out: frames, sequences, ingest, EXR, movies, colour, mattes. Numpy only."""
