"""Juries: people who judge what was handed in to a campaign, in rounds on their own or together on one day."""
