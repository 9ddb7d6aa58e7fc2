"""Pictures that scikit-image and scikit-learn bring along, written into a folder for a first training."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

from hilbench.errors import ConfigError
from hilbench.style.pictures import load_picture, save_picture

_SOURCES = {
    "skimage": ("data", ("astronaut.png", "chelsea.png", "coffee.png", "motorcycle_left.png", "rocket.jpg")),
    "sklearn": ("datasets/images", ("china.jpg", "flower.jpg")),
}
_PAINTING = "ihc.png"
"""Picture of scikit-image that stands for a painting: stained tissue."""
_SIDE = 256


def write_bundled(folder: Path) -> int:
    """Write the pictures that are installed: `painting.png` and a folder `photographs`; their number.

    Raises:
        ConfigError: scikit-image is not installed, or a file cannot be written.
    """
    if find_spec("skimage") is None:
        raise ConfigError('The pictures come with scikit-image; run: pip install "hilbench[style]".')
    photographs = folder / "photographs"
    photographs.mkdir(parents=True, exist_ok=True)
    count = 0
    for package, (inner, names) in _SOURCES.items():
        found = find_spec(package)
        if found is None or not found.submodule_search_locations:
            continue
        source = Path(found.submodule_search_locations[0]) / inner
        for path in (source / name for name in names):
            if path.is_file():
                save_picture(load_picture(path, _SIDE), photographs / f"{path.stem}.png")
                count += 1
        if (source / _PAINTING).is_file():
            save_picture(load_picture(source / _PAINTING, _SIDE), folder / "painting.png")
    return count


if __name__ == "__main__":
    write_bundled(Path(sys.argv[1]))
