"""The kind 投票."""
