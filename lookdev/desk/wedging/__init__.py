"""The wedge desk's parts: axes, cells, and the bench that puts them together."""
