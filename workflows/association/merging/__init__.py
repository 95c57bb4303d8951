"""Two records of one human being become one: suspected, compared, decided by two people, moved, and undone in time."""
