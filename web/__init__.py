"""The Flask kit: sign-in and sessions of workers' pages, page shell, assets, error pages, security headers."""
