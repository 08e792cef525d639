"""A strip or a grid of pictures to choose from: takes, seeds, a wedge's cells."""
