"""Plain Python that every other package stands on; imports nothing of ours."""
