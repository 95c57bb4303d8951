"""One's meetings: a page, and private addresses for calendar programs."""
