"""One image on one board: run, measure, verify, recover."""
