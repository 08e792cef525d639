"""Having models: from a folder or the hub into the show, proven, and listed. No torch here."""
