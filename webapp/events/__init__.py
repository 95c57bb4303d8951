"""Events: what is on, the page of one, registering, the organiser's hands, the office's calendar."""
