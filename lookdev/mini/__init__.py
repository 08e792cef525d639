"""The embedded element model: procedural scenes, network, pipeline, training and weights.

Everything it knows was drawn by `scenes`; no photograph and nobody's picture is in it.
"""
