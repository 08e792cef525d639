"""Proof: keys, signatures, statements, Content Credentials."""
