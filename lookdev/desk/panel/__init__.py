"""Panels built from the spec's fields: one control a field, and no second list of parameters."""
