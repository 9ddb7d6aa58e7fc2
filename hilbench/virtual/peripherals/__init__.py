"""Register blocks: a package a family, beside what several share."""
