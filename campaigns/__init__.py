"""Campaigns (微活动): what all of them share. A kind (quiz, vote …) is one folder in `campaigns/kinds`."""
