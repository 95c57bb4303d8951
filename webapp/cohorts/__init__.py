"""Pages of those who lead a career group: the attendance of a session on a tablet, and the board of the cohort."""
