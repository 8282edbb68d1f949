"""Inbound messages: webhook → gate → memory (retries) → router → the chain of hooks → reply."""
