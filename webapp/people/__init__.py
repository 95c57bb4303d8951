"""Sign-in and account pages."""
