"""The picture models of diffusers: loading, running, guiding and un-mixing."""
