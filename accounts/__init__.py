"""Organisations (province → city → county), their official accounts, what each may do, and its quotas."""
