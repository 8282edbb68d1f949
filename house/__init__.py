"""What every feature stands on and declares itself to: the parts of the running service, and the registry of features."""
