"""Votes (投票): candidates, ballots, a ledger that anybody can check, and what is done against vote stuffing."""
