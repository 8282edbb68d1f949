"""What we promise, shown on the running stack: `make prove NAME=x`. See `proofs.registry` for the names."""
