"""What happens outside the request: the ticker (APScheduler is only the clock), the outbox, and the journal."""
