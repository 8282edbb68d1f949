"""Scene codes (场景二维码): made, shown, and their scans counted."""
