"""The demo: a synthetic plate, and the walk from it to a delivery."""
