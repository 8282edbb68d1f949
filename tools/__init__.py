"""Tools for developers: set-up, private servers for tests and proofs."""
