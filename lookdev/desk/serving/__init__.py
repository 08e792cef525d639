"""What the servers are given: kernels, settings and templates."""
