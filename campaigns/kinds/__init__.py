"""The kinds of campaign, a folder each; `campaigns.registry` finds them."""
