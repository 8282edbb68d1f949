"""The chat kit: what a handler is given, what it may answer, and what a conversation remembers."""
