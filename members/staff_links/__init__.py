"""Which followers of an account are people of its console: they take part in no draw of it."""
