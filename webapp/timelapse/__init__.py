"""A programme played on virtual time, told line by line: `amicale timelapse`."""
