"""The general delegate's Monday: what is late, promised, to sign, in money, and the weeks ahead; a page and a mail."""
