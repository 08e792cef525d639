"""A layer's element: safe loading, seeded noise, motion, and one adapter a model family."""
