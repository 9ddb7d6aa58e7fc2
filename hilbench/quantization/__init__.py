"""The integer arithmetic of quantised operators, as TFLite and the generated C have it."""
