"""A file is there whole or not at all, nothing stays beside it, and no device is replaced."""

import errno
import io
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from evnpubsvc._files import replace_file, system_error, write_whole
from evnpubsvc.errors import DataError
from evnpubsvc.findings import finding
from evnpubsvc.serde import read_register_columns
from evnpubsvc.synthetic import SyntheticFormat, SyntheticRegister

pytest.importorskip("polars")
from evnpubsvc.frames import write_coded

MADE = SyntheticRegister(rows=50, seed=1)
Writer = Callable[[Path], object]


def _pack(target: Path) -> None:
    source = target.parent / "source.csv"
    if not source.exists():
        MADE.write(source, SyntheticFormat.CSV)
    mapping = target.parent / "map.toml"
    mapping.write_text(MADE.columns_toml, encoding="utf-8")
    write_coded(source, target, read_register_columns(mapping))


WRITERS: list[Writer] = [
    lambda target: write_whole(target, b"x" * 10_000),
    lambda target: MADE.write(target, SyntheticFormat.CSV),
    lambda target: MADE.write(target, SyntheticFormat.PARQUET),
    _pack,
]
writers = pytest.mark.parametrize("write", WRITERS, ids=["bytes", "csv", "parquet", "coded"])
needs_posix = pytest.mark.skipif(os.name == "nt", reason="links, pipes and rights of POSIX")


def _left(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir() if each.name.startswith(".")]


@writers
@needs_posix
def test_a_link_is_followed_and_stays(write: Writer, tmp_path: Path) -> None:
    real, link = tmp_path / "real.parquet", tmp_path / "link.parquet"
    real.write_bytes(b"old")
    link.symlink_to(real)
    write(link)
    assert link.is_symlink()
    assert real.read_bytes() != b"old"


@writers
@needs_posix
def test_links_in_a_circle_are_refused_and_stay(write: Writer, tmp_path: Path) -> None:
    one, two = tmp_path / "one.parquet", tmp_path / "two.parquet"
    one.symlink_to(two)
    two.symlink_to(one)
    with pytest.raises(DataError, match="file-unwritable"):
        write(one)
    assert one.is_symlink()
    assert two.is_symlink()


@writers
@needs_posix
def test_a_pipe_gets_what_is_whole_and_stays_a_pipe(write: Writer, tmp_path: Path) -> None:
    pipe, plain = tmp_path / "pipe.parquet", tmp_path / "plain.parquet"
    os.mkfifo(pipe)
    taken: list[bytes] = []
    reader = threading.Thread(target=lambda: taken.append(pipe.read_bytes()))
    reader.start()
    write(pipe)
    reader.join()
    write(plain)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert taken == [plain.read_bytes()]


@writers
@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root makes devices"
)
def test_a_device_stays_a_device(write: Writer, tmp_path: Path) -> None:
    device = tmp_path / "null.parquet"
    try:
        os.mknod(device, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("no devices in this container")
    write(device)
    assert stat.S_ISCHR(device.stat().st_mode)


@writers
@needs_posix
def test_rights_are_kept_and_never_wider_meanwhile(write: Writer, tmp_path: Path) -> None:
    target = tmp_path / "secret.parquet"
    target.write_bytes(b"old")
    target.chmod(0o600)
    seen: set[int] = set()
    ended = threading.Event()

    def watch() -> None:
        while not ended.is_set():
            for each in tmp_path.iterdir():
                if each.name.startswith(".evnpubsvc"):
                    try:
                        seen.add(stat.S_IMODE(each.stat().st_mode))
                    except FileNotFoundError:
                        continue

    watcher = threading.Thread(target=watch)
    watcher.start()
    write(target)
    ended.set()
    watcher.join()
    assert seen <= {0o600}
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


@needs_posix
@pytest.mark.parametrize("nameless", [True, False])
def test_an_unfinished_file_beside_an_old_one_is_asked_for_without_rights_of_others(
    nameless: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "old").write_bytes(b"old")
    asked: list[int] = []
    real = os.open

    def note(path: Any, flags: int, mode: int = 0o777, **more: Any) -> int:
        asked.append(mode)
        return real(path, flags, mode, **more)

    monkeypatch.setattr(os, "open", note)
    if not nameless:
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    write_whole(tmp_path / "old", b"new")
    assert 0o600 in asked
    assert set(asked) <= {0o600, 0o777}  # a folder is opened to be put on the disk


@needs_posix
def test_a_new_file_gets_the_rights_that_any_new_file_gets(tmp_path: Path) -> None:
    write_whole(tmp_path / "new", b"x")
    (tmp_path / "other").write_bytes(b"x")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "other").stat().st_mode


@pytest.mark.parametrize("nameless", [True, False])
def test_whatever_goes_wrong_the_old_file_stays_and_nothing_else(
    nameless: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not nameless:  # a system without files that have no name
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    target = tmp_path / "target"
    target.write_bytes(b"old")

    def fail(error: BaseException) -> Callable[[Path], None]:
        def write(beside: Path) -> None:
            beside.write_bytes(b"half")
            raise error

        return write

    for error in (OSError(errno.ENOSPC, "full"), ValueError("x")):
        with pytest.raises(DataError, match="file-unwritable"):
            replace_file(target, fail(error))
    for raised in (KeyboardInterrupt(), RuntimeError(), MemoryError()):
        with pytest.raises(type(raised)):
            replace_file(target, fail(raised))
    assert target.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["target"]
    replace_file(target, lambda beside: beside.write_bytes(b"new"))
    replace_file(tmp_path / "fresh", lambda beside: beside.write_bytes(b"new"))
    assert target.read_bytes() == (tmp_path / "fresh").read_bytes() == b"new"
    assert _left(tmp_path) == []


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="no files without a name here")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_a_process_that_ends_in_the_middle_leaves_nothing(
    how: signal.Signals, tmp_path: Path
) -> None:
    code = (
        "import sys, time\n"
        "from evnpubsvc._files import write_whole\n"
        "def pieces():\n"
        "    while True:\n"
        "        yield b'x' * 1000\n"
        "        print('.', flush=True)\n"
        "        time.sleep(0.01)\n"
        "write_whole(sys.argv[1], pieces())\n"
    )
    target = tmp_path / "target"
    target.write_bytes(b"old")
    run = [sys.executable, "-c", code, str(target)]
    with subprocess.Popen(run, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        assert process.stdout.read(2) == b".\n"
        time.sleep(0.02)
        process.send_signal(how)
        process.communicate()
    assert target.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["target"]


def test_where_no_name_can_be_given_the_bytes_are_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "no")

    monkeypatch.setattr(os, "link", refuse)
    write_whole(tmp_path / "new", b"x")
    assert (tmp_path / "new").read_bytes() == b"x"
    assert _left(tmp_path) == []


def test_what_a_library_says_of_a_full_disk_is_what_the_system_said() -> None:
    said = system_error("parquet: out of specification: No space left on device")
    assert said.errno == errno.ENOSPC
    assert str(system_error("something\nelse")) == "something"


@needs_posix
@pytest.mark.parametrize("nameless", [True, False])
def test_owner_and_rights_of_the_old_file_stay(
    nameless: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not nameless:
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    target = tmp_path / "target"
    target.write_bytes(b"old")
    target.chmod(0o604)
    if os.geteuid() == 0:
        os.chown(target, 12_345, 54_321)
    before = target.stat()
    write_whole(target, b"new")
    after = target.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (
        before.st_mode,
        before.st_uid,
        before.st_gid,
    )
    if os.geteuid() != 0:
        return

    # Where the owner cannot be kept, another group gets no rights of the old one.
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, "no")

    target.chmod(0o664)
    monkeypatch.setattr(os, "fchown", refuse)
    write_whole(target, b"newer")
    assert stat.S_IMODE(target.stat().st_mode) == 0o604


def test_a_stream_that_keeps_bytes_back_is_emptied() -> None:
    taken: list[bytes] = []

    class _Raw(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:  # type: ignore[override]
            taken.append(bytes(data))
            return len(data)

    stream = io.BufferedWriter(cast("Any", _Raw()))
    write_whole(stream, b"x")
    assert taken == [b"x"]


def test_two_writers_leave_the_bytes_of_one(tmp_path: Path) -> None:
    target = tmp_path / "target"
    bodies = [bytes([65 + n]) * 100_000 for n in range(4)]
    threads = [threading.Thread(target=write_whole, args=(target, body)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert target.read_bytes() in bodies
    assert _left(tmp_path) == []


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="open files are seen on Linux")
def test_no_file_stays_open_and_the_place_is_returned(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    before = len([*Path("/proc/self/fd").iterdir()])
    for _ in range(2):  # new, and replaced
        assert replace_file(target, lambda path: path.write_bytes(b"b")) == target
    assert target.read_bytes() == b"b"
    assert len([*Path("/proc/self/fd").iterdir()]) == before


@pytest.mark.parametrize(
    "error", [DataError([finding("count-negative", "", -1)]), BrokenPipeError()]
)
def test_what_is_wrong_with_the_data_is_not_told_of_the_disk(
    error: Exception, tmp_path: Path
) -> None:
    def write(_: Path) -> None:
        raise error

    with pytest.raises(type(error)) as raised:
        replace_file(tmp_path / "out.csv", write)
    assert raised.value is error
    assert list(tmp_path.iterdir()) == []


def test_a_stream_without_room_is_given_up() -> None:
    class Full(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, _: object) -> None:
            return None

    with pytest.raises(DataError, match="file-unwritable"):
        write_whole(cast("Any", Full()), b"x")
