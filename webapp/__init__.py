"""How people and machines reach Amicale: pages, API, worker and command line."""
