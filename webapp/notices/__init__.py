"""Which notices come to whom by which way: the page of one's own choices and devices."""
