"""The e-mails of the financial assistance: to whom, which template. Each is queued in the caller's transaction."""
