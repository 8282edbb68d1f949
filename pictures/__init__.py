"""Pictures: what an upload really is, drawing it anew in sizes, likeness, and the vault of sealed originals."""
