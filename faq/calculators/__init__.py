"""Calculators: what the law grants in numbers, with the formula, the statute and the assumptions of each result."""
