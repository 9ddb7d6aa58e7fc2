"""Current that the chip draws over time: its figures, states of the core, the timeline the meters read."""
