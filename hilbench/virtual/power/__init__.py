"""What the chip draws, and when: currents, states of the core, the timeline the meters read."""
