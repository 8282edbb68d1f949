"""Running it: the supervisor, our own Redis, and what `make run` starts."""
