"""The inbox: what waits for me, what I may take, what I did; and the page of one task."""
