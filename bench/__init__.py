"""How fast, beside peers, as ratios in one run (`make bench NAME=…`)."""
