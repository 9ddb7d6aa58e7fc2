"""C and ELF: toolchains, image packing, the content-addressed cache."""

from hilbench.build.builder import Builder, BuildResult
from hilbench.build.image import Image, PackedCase
from hilbench.build.toolchain import Toolchain, find_toolchain

__all__ = ["BuildResult", "Builder", "Image", "PackedCase", "Toolchain", "find_toolchain"]
