"""What people decide about their data: preferences, news, export, erasure; and what we keep of everybody, and why."""
