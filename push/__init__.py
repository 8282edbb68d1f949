"""What goes to many followers (推送): scheduled, counted against the account's quota, sent once."""
