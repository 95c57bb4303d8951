"""Running cases and the versions of their process: what a new version would change for each, moving them, going back.

`forecasts` looks and changes nothing; `moving` moves one case in a transaction; `together` moves many by jobs, with a
result for each and a way back for a stated time.
"""
