"""Everything about one person on one page, for those who work for the association: each sees what the role needs."""
