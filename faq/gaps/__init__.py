"""The gap list: what people asked and got no answer to, grouped, sized, and turned into entries by staff."""
