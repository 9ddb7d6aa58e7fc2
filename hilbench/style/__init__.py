"""Style transfer from end to end: a network trained on pictures, quantized, and run on a board."""
