"""Choice of a kernel and its parameters: search space, database, selection by prediction or measurement."""
