"""What people fill in, validated; the forms that staff build are read by `guichet.funding.schema`."""
