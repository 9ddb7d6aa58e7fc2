"""Networks for a board: which block is the best on it, and how large a network may be."""
