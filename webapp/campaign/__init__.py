"""The page of a campaign: counts, start and stop, the letters that it prints."""
