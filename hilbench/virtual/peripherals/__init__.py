"""Register blocks: a package a family, and what several share."""
