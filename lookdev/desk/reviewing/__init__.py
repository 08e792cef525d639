"""The parts of the review desk; `lookdev.desk.review` puts them together."""
