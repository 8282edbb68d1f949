"""Ballots that kinds of campaign share: casting, the ledger with its chain, counting, and the guard against stuffing."""
