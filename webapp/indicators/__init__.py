"""Indicators: the figures of a process by month, as a picture, a table and a file."""
