"""Pictures of a user: every kind is opened alike, and what is none says so in one sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from hilbench.errors import ConfigError
from hilbench.style.pictures import load_picture, load_square, picture_files, save_picture, split

RED = (200, 30, 30)


def saved(path: Path, size: tuple[int, int] = (40, 30), mode: str = "RGB", **options: object) -> Path:
    Image.new("RGB", size, RED).convert(mode).save(path, **options)  # type: ignore[arg-type]
    return path


@pytest.mark.parametrize(
    ("name", "mode", "tolerance"),
    [("a.png", "RGB", 0), ("a.jpg", "CMYK", 6), ("a.png", "P", 60), ("a.png", "RGBA", 0)],
)
def test_all_modes_become_red_green_and_blue(tmp_path: Path, name: str, mode: str, tolerance: int) -> None:
    picture = load_picture(saved(tmp_path / name, mode=mode))
    assert picture.shape == (30, 40, 3)
    assert np.abs(picture.astype(int) - RED).max() <= tolerance


def test_gray_has_three_equal_colors(tmp_path: Path) -> None:
    picture = load_picture(saved(tmp_path / "a.png", mode="L"))
    assert picture.shape == (30, 40, 3)
    assert np.ptp(picture, axis=2).max() == 0


def test_the_transparent_is_white(tmp_path: Path) -> None:
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(tmp_path / "a.png")
    assert load_picture(tmp_path / "a.png").min() == 255


def test_a_turned_photograph_is_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    saved(tmp_path / "a.jpg", exif=exif)
    assert load_picture(tmp_path / "a.jpg").shape == (40, 30, 3)


@pytest.mark.parametrize("size", [(1, 1), (400, 10)])
def test_too_small_a_picture_is_refused(tmp_path: Path, size: tuple[int, int]) -> None:
    with pytest.raises(ConfigError, match=f"is {size[0]}x{size[1]} pixels; a picture needs 16"):
        load_picture(saved(tmp_path / "a.png", size))


def test_a_large_photograph_is_scaled_down(tmp_path: Path) -> None:
    assert load_picture(saved(tmp_path / "a.jpg", (8000, 8000)), 32).shape == (32, 32, 3)


def test_a_picture_of_absurd_size_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.ppm"
    path.write_bytes(b"P6 20000 20000 255\n")
    with pytest.raises(ConfigError, match="scale it down first"):
        load_picture(path, 32)


def test_a_text_file_is_no_picture(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_text("no picture", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"is no picture; name a file like \.jpg"):
        load_picture(path)


def test_half_a_jpeg_is_refused(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "a.jpg")
    content = (tmp_path / "a.jpg").read_bytes()
    (tmp_path / "a.jpg").write_bytes(content[: len(content) // 2])
    with pytest.raises(ConfigError, match="cannot be read as a picture"):
        load_picture(tmp_path / "a.jpg")


def test_an_empty_folder_and_a_missing_one_are_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("none", encoding="utf-8")
    with pytest.raises(ConfigError, match="holds no picture"):
        picture_files(tmp_path)
    with pytest.raises(ConfigError, match="There is no"):
        picture_files(tmp_path / "missing")


def test_pictures_of_subfolders_are_found(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    found = [saved(tmp_path / "inner" / "b.PNG"), saved(tmp_path / "a.jpg")]
    assert picture_files(tmp_path) == sorted(found)


@given(count=st.integers(0, 40))
def test_every_picture_is_either_seen_or_held_out(count: int) -> None:
    files = [Path(f"{number:03d}.jpg") for number in range(count)]
    seen, held_out = split(files[::-1])
    assert sorted([*seen, *held_out]) == files
    assert len(held_out) == count // 5


@given(width=st.integers(16, 90), height=st.integers(16, 90), side=st.integers(16, 64))
def test_a_square_is_cut_from_the_middle(
    tmp_path_factory: pytest.TempPathFactory, width: int, height: int, side: int
) -> None:
    path = saved(tmp_path_factory.getbasetemp() / "square.png", (width, height))
    assert load_square(path, side).shape == (side, side, 3)


def test_what_is_saved_is_loaded_again(tmp_path: Path) -> None:
    picture = np.random.default_rng(1).integers(0, 256, (20, 24, 3), np.uint8)
    save_picture(picture, tmp_path / "a.png")
    np.testing.assert_array_equal(load_picture(tmp_path / "a.png"), picture)
    with pytest.raises(ConfigError, match="cannot be written"):
        save_picture(picture, tmp_path / "a.none")
