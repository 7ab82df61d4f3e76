"""Nothing is read beyond its bound, and a document opens nothing but what lies beside it."""

import io
import os
from pathlib import Path

import pytest

from evnpubsvc._files import bounds, find_beside, read_bytes, read_line
from evnpubsvc.errors import DataError


class _Endless(io.RawIOBase):
    """A device that gives the same byte for ever, and says how much of it was taken."""

    def __init__(self) -> None:
        self.taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        buffer[:] = b"x" * len(buffer)
        self.taken += len(buffer)
        return len(buffer)


def test_a_document_is_read_to_its_bound_and_no_further() -> None:
    assert read_bytes(io.BytesIO(b"12345"), 5) == b"12345"
    with pytest.raises(DataError, match="file-too-large"):
        read_bytes(io.BytesIO(b"123456"), 5)


def test_a_line_is_read_to_its_bound_and_its_rest_passed_over() -> None:
    inside, outside = b"x" * (bounds.LINE - 1) + b"\n", b"x" * bounds.LINE + b"\n"
    stream = io.BytesIO(inside + outside + b"z\n")
    assert read_line(stream) == (inside, bounds.LINE)
    line, size = read_line(stream)
    assert (len(line), size) == (bounds.LINE + 1, bounds.LINE + 1)
    assert read_line(stream) == (b"z\n", 2)
    assert read_line(stream) == (b"", 0)


def test_a_line_without_end_is_given_up() -> None:
    endless = _Endless()
    _, size = read_line(io.BufferedReader(endless))
    assert size > bounds.SKIPPED
    assert endless.taken < bounds.SKIPPED + 4 * bounds.LINE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "inside").mkdir()
    (tmp_path / "secret.toml").write_text("x = 1", encoding="utf-8")
    return tmp_path / "inside"


def test_a_document_names_files_in_its_folder_and_below(folder: Path) -> None:
    document = folder / "a.toml"
    assert find_beside(document, "b.toml") == folder / "b.toml"
    assert find_beside(str(document), "below/b.toml") == folder / "below" / "b.toml"
    assert find_beside(document, "below/../b.toml").resolve() == folder / "b.toml"


@pytest.mark.parametrize(
    "name", ["../secret.toml", "/etc/passwd", "below/../../secret.toml", "a\0b"]
)
def test_a_document_names_nothing_outside(name: str, folder: Path) -> None:
    with pytest.raises(DataError, match="file-outside"):
        find_beside(folder / "a.toml", name)


def test_its_own_folder_by_its_absolute_name_is_refused_too(folder: Path) -> None:
    with pytest.raises(DataError, match="file-outside"):
        find_beside(folder / "a.toml", str(folder / "b.toml"))


@pytest.mark.skipif(os.name == "nt", reason="links of POSIX")
def test_a_link_that_leads_out_is_refused(folder: Path) -> None:
    (folder / "link.toml").symlink_to("../secret.toml")
    (folder / "own.toml").symlink_to("a.toml")
    (folder / "circle.toml").symlink_to("circle.toml")
    with pytest.raises(DataError, match="file-outside"):
        find_beside(folder / "a.toml", "link.toml")
    assert find_beside(folder / "a.toml", "own.toml") == folder / "own.toml"


def test_a_stream_has_no_folder() -> None:
    with pytest.raises(DataError, match="file-beside-stream"):
        find_beside(io.BytesIO(b""), "b.toml")
