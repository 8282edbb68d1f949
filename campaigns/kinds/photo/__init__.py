"""The kind 作品征集: workers hand in photos, videos and pages; staff look through them, people like them, a jury chooses."""
