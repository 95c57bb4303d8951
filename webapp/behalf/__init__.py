"""What staff answer or start on somebody's behalf: by which channel it was said, and what shows it."""
