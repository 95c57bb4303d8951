"""What a person may start, and the public form that starts a case without a login."""
