"""Documents: files that people hand in, stored under random names and given out by an authorised route alone."""
