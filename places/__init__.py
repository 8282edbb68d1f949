"""Organisations and official accounts in the console: the tree, credentials, setting up, what the platform offers."""
