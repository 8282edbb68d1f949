"""Tags of followers: ours and the platform's, kept alike by the worker."""
