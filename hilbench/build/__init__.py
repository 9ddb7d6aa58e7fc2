"""C and ELF: toolchains, image packing, the content-addressed cache."""

from hilbench.build.image import Image, PackedCase

__all__ = ["Image", "PackedCase"]
