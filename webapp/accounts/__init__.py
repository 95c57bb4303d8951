"""Sign-in: accounts, passwords, codes sent by mail, and the sessions they open."""
