"""People who log in to the console: sign-in, roles by organisation, sessions, and the guard before every console page."""
