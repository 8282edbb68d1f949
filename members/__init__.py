"""Followers of an account (粉丝/职工): who they are, how they sign in to pages, and their own page."""
