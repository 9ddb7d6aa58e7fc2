"""C and ELF: toolchains, image packing, the content-addressed cache."""

from hilbench.build.builder import Builder, BuildResult
from hilbench.build.compilers import find_toolchain
from hilbench.build.firmware import firmware_folders
from hilbench.build.image import Image, PackedCase
from hilbench.build.toolchain import Toolchain

__all__ = ["BuildResult", "Builder", "Image", "PackedCase", "Toolchain", "find_toolchain", "firmware_folders"]
