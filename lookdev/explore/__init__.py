"""Finding a look: stills, wedges and their contact sheets."""
