"""Plans of the fast kernels: blocking, layouts and packed weights that the templates write down."""
