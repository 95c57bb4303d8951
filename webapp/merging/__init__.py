"""Records that may be one person's: the list, the comparison, and the decision of two people."""
