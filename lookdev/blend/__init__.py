"""Pure torch functions that put an element over a plate: scene-linear, float32, any device."""
