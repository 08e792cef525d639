"""The parts of the explore desk; `lookdev.desk.explore` puts them together."""
