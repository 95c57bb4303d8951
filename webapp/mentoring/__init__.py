"""The coordination of mentoring: rounds to compare and adjust, and how the pairs are."""
