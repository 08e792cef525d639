"""What a show, a shot, a look and a model card are: frozen types, strict YAML, digests."""
