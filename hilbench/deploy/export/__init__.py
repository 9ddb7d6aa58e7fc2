"""Export: a network's C written to a folder, for firmware of the user's own."""

from hilbench.deploy.export.folder import require_new_folder, write_package

__all__ = ["require_new_folder", "write_package"]
