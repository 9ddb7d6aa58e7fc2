"""Training of a style-transfer network."""
