"""How good the embedded model is, measured: `python -m lookdev.mini.evaluation OUT`.

Whatever makes elements is judged through one function, `Make`: the trained model, the procedural
scenes themselves (which must pass everything), or a broken one in a test of the meters.
"""
