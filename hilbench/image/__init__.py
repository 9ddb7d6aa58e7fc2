"""C and ELF: toolchains, image packing, the content-addressed cache."""

from hilbench.image.builder import Builder, BuildResult
from hilbench.image.compilers import find_toolchain
from hilbench.image.firmware import firmware_families, firmware_folders
from hilbench.image.image import FlashContent, Image, PackedWorkload
from hilbench.image.toolchain import Toolchain

__all__ = [
    "BuildResult",
    "Builder",
    "FlashContent",
    "Image",
    "PackedWorkload",
    "Toolchain",
    "find_toolchain",
    "firmware_families",
    "firmware_folders",
]
