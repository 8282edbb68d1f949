"""Prizes: chances that were earned, draws that nobody can bend, and what becomes of what was won."""
