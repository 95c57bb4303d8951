"""Backups: one checked file that holds the database as it was at one moment, and the documents people uploaded."""
