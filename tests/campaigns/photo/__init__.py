"""The kind 作品征集."""
