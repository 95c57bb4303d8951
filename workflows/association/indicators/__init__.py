"""Indicators: counts of what happened, month by month, from the records and the history; never of one employee."""
