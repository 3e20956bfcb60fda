"""Files that are written whole or not at all, and read with suspicion."""

import errno
import io
import os
import re
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

import oracle
import refusals
import rnn_from_scratch.checkpoints
from rnn_from_scratch.checkpoints import (
    check_same_run,
    fingerprint,
    load_parameters,
    read_checkpoint,
    save_parameters,
    write_checkpoint,
    write_whole,
)

ARRAYS = {"a b": np.arange(6.0).reshape(2, 3), "none": np.empty(0, np.float32)}
ABOUT = {"facts": {"batch_size": 3, "rate": 0.1, "nothing": None}}
END = "expected a whole file from train; nothing has been overwritten"
KILLED = """
import os, pathlib, signal, sys
import numpy as np
from rnn_from_scratch.checkpoints import write_checkpoint
path, call, moment = sys.argv[1:]
write_checkpoint(path, {"n": np.full(100_000, 1)}, {"n": 1})
owner = {"savez": np, "fsync": os, "replace": pathlib.Path}[call]
real = getattr(owner, call)

def dies(*arguments, **options):
    if moment == "after":
        real(*arguments, **options)
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))

setattr(owner, call, dies)
write_checkpoint(path, {"n": np.full(100_000, 2)}, {"n": 2})
"""


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "run.npz"
    write_checkpoint(path, ARRAYS, ABOUT)
    return path


def unreadable(path):
    """Expect that a file is refused, and left as it is."""
    before = path.read_bytes()
    with pytest.raises(ValueError, match=r"^checkpoint .*run\.npz cannot be read \(") as caught:
        read_checkpoint(path)
    assert str(caught.value).endswith(END)
    assert path.read_bytes() == before


def test_what_is_written_is_read_bit_for_bit(path):
    arrays, about = read_checkpoint(str(path))
    assert about == ABOUT
    assert list(arrays) == list(ARRAYS)
    for name, array in ARRAYS.items():
        assert arrays[name].dtype == array.dtype
        assert arrays[name].tobytes() == array.tobytes()
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("bits", [np.random.MT19937, np.random.Philox, np.random.SFC64])
def test_the_state_of_any_generator_of_numpy_comes_back(tmp_path, bits):
    rng = np.random.Generator(bits(0))
    rng.random(5, dtype=np.float32)
    write_checkpoint(tmp_path / "c", {}, {"rng": rng.bit_generator.state})
    other = np.random.Generator(bits(1))
    other.bit_generator.state = read_checkpoint(tmp_path / "c")[1]["rng"]
    assert (other.random(1000) == rng.random(1000)).all()


def test_without_a_file_there_is_nothing_to_read(tmp_path):
    assert read_checkpoint(tmp_path / "none.npz") is None


def test_a_file_that_is_replaced_while_it_is_read_is_read_to_its_end(path, monkeypatch):
    another = path.with_name("another")
    another.write_bytes(b"years of work\n")
    opened = Path.open

    def open_and_replace(self, mode):
        file = opened(self, mode)
        another.replace(self)
        return file

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", open_and_replace)
        arrays, about = read_checkpoint(path)
    assert about == ABOUT
    assert list(arrays) == list(ARRAYS)


def test_a_file_that_ends_as_those_above_four_gigabytes_do_is_read(path, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 0)
        write_checkpoint(path, ARRAYS, ABOUT)
    assert b"PK\x06\x07" in path.read_bytes()  # the end has a form of its own
    arrays, about = read_checkpoint(path)
    assert about == ABOUT
    assert list(arrays) == list(ARRAYS)


def test_numpy_before_2_2_takes_every_keyword_for_an_array(path, monkeypatch):
    seen = {}

    def savez(file, **arrays):
        seen.update(arrays)
        raise InterruptedError

    monkeypatch.setattr(rnn_from_scratch.checkpoints.np, "savez", savez)
    with pytest.raises(InterruptedError):
        write_checkpoint(path, ARRAYS, ABOUT)
    assert set(seen) == {"about", *ARRAYS}


def test_every_shorter_file_is_refused(path):
    whole = path.read_bytes()
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        unreadable(path)


def test_a_flipped_bit_is_refused_or_changes_nothing(path):
    whole = path.read_bytes()
    refused = 0
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :])
        try:
            arrays, about = read_checkpoint(path)
        except ValueError as error:
            assert str(error).endswith(END)  # noqa: PT017
            refused += 1
        else:
            assert about == ABOUT
            assert all(np.array_equal(arrays[name], ARRAYS[name]) for name in ARRAYS)
    assert refused > len(whole) / 2


def object_array():
    """Return an array that can only be written as a pickle, which betrays that it was opened."""

    class Trap:
        def __reduce__(self):
            return pytest.fail, ("the pickle was opened",)

    trap = np.empty(1, object)
    trap[0] = Trap()
    return trap


@pytest.mark.parametrize(
    "write",
    [
        lambda file: file.write(b"years of work\n"),
        lambda file: file.write(b""),
        lambda file: np.save(file, np.ones(3)),
        lambda file: np.savez(file, Wax=np.ones((2, 3))),
        lambda file: np.savez(file, about=np.array("{")),
        lambda file: np.savez(file, about=np.array('{"format": "another"}')),
        lambda file: np.savez(file, about=np.array('{"name": 1}')),
        lambda file: np.savez(file, about=np.array("[1]")),
        lambda file: np.savez(file, about=np.array("3")),
        lambda file: np.savez(file, about=object_array()),
        lambda file: np.save(file, object_array()),
    ],
)
def test_a_file_of_something_else_is_refused_and_no_pickle_is_opened(path, write):
    with path.open("wb") as file:
        write(file)
    unreadable(path)


@pytest.mark.parametrize("error", [OSError("no space left"), KeyboardInterrupt()])
def test_what_fails_in_the_middle_of_writing_leaves_the_old_file(path, error, monkeypatch):
    before = path.read_bytes()

    def savez(file, **arrays):
        file.write(before[:20])
        raise error

    monkeypatch.setattr(rnn_from_scratch.checkpoints.np, "savez", savez)
    with pytest.raises(type(error)):
        write_checkpoint(path, {}, {})
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_the_file_is_on_the_disk_before_it_takes_the_place_of_the_old_one(path, monkeypatch):
    calls, fsync, replace = [], os.fsync, Path.replace

    def noted_fsync(descriptor):
        calls.append(("fsync", os.fstat(descriptor).st_size))
        fsync(descriptor)

    def noted_replace(self, target):
        calls.append(("replace", self.stat().st_size))
        assert self.parent == Path(target).parent
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Path, "replace", noted_replace)
    write_checkpoint(path, ARRAYS, ABOUT)
    assert calls == [("fsync", path.stat().st_size), ("replace", path.stat().st_size)]


@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("call", ["savez", "fsync", "replace"])
def test_a_process_killed_while_it_writes_leaves_a_whole_file(call, done, tmp_path):
    path = tmp_path / "run.npz"
    code = str(Path(rnn_from_scratch.checkpoints.__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": code}
    command = [sys.executable, "-c", KILLED, str(path), call, "after" if done else "before"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert ended.returncode != 0, "it was not killed"
    assert ended.stderr == ""
    arrays, about = read_checkpoint(path)
    replaced = call == "replace" and done
    assert about["n"] == (2 if replaced else 1)
    assert (arrays["n"] == about["n"]).all()
    assert len(list(tmp_path.glob("*.partial"))) == (0 if replaced else 1)


def test_a_fingerprint_tells_arrays_apart():
    array = np.arange(6.0).reshape(2, 3)
    other = array.copy()
    other[1, 2] = np.nextafter(5.0, 6.0)
    arrays = [array, other, array.T, array.astype(np.float32), array.reshape(3, 2)]
    assert len({fingerprint(array) for array in arrays}) == len(arrays)
    assert fingerprint(array) == fingerprint(np.asfortranarray(array))
    assert re.fullmatch(r"float64 \(2, 3\) [0-9a-f]{16}", fingerprint(array))


def test_the_same_run_passes():
    check_same_run("c", ABOUT, dict(ABOUT))


@pytest.mark.parametrize(
    ("there", "came"),
    [
        ({"a": 1, "b": 2, "c": 4}, "its c is 4, here it is 3"),
        ({"a": 1, "b": 2}, "its c is None, here it is 3"),
        ({"a": 1, "b": 2, "c": 3, "d": 4}, "its d is 4, here it is None"),
        ({"a": 0, "b": 0, "c": 3}, "its a is 0, here it is 1, and 1 more: b"),
        ({}, "its a is None, here it is 1, and 2 more: b, c"),
    ],
)
def test_another_run_is_named(there, came):
    end = "expected the same run, or another path; nothing has been overwritten"
    message = f"checkpoint c.npz is of another run: {came}; {end}"
    with refusals.refuses(ValueError, message):
        check_same_run("c.npz", there, {"a": 1, "b": 2, "c": 3})


def test_of_many_things_that_differ_the_first_six_are_named():
    there = dict.fromkeys("abcdefgh", 0)
    with pytest.raises(ValueError, match="its a is 0, here it is None, and 7 more: b, c, d, e, f;"):
        check_same_run("c.npz", there, {})


# what else a name may mean


def write(path, content=b"new"):
    write_whole(path, lambda file: file.write(content))


@pytest.mark.parametrize("there", [True, False])
def test_a_symbolic_link_stays_and_its_target_is_written(tmp_path, there):
    (tmp_path / "elsewhere").mkdir()
    target, link, chain = tmp_path / "elsewhere" / "target", tmp_path / "link", tmp_path / "chain"
    if there:
        target.write_bytes(b"old")
    link.symlink_to(Path("elsewhere") / "target")
    chain.symlink_to(link)
    write(chain)
    assert chain.is_symlink()
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert set(tmp_path.rglob("*")) == {tmp_path / "elsewhere", target, link, chain}


def test_a_hard_link_keeps_the_old_content(tmp_path):
    path, other = tmp_path / "file", tmp_path / "other"
    path.write_bytes(b"old")
    other.hardlink_to(path)
    write(path)
    assert path.read_bytes() == b"new"
    assert other.read_bytes() == b"old"


@contextmanager
def system_error(number, what, path):
    """Expect an error of the operating system, with its number, its words, and the path."""
    with pytest.raises(OSError, match=re.escape(what)) as found:
        yield
    error = found.value
    assert (error.errno, error.strerror, error.filename) == (number, what, str(path))


def test_a_link_to_itself_is_refused(tmp_path):
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    with system_error(errno.EINVAL, "there is something other than a file", loop):
        write(loop)
    assert loop.is_symlink()


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o755])
def test_the_mode_of_the_file_is_kept(tmp_path, mode):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    path.chmod(mode)
    seen = []
    write_whole(path, lambda file: seen.append(os.fstat(file.fileno()).st_mode & 0o777))
    assert path.stat().st_mode & 0o777 == mode
    assert seen == [0o600]  # nobody else can look in while it is written


def test_a_new_file_has_the_mode_that_any_new_file_has(tmp_path):
    (tmp_path / "plain").write_bytes(b"")
    write(tmp_path / "whole")
    assert (tmp_path / "whole").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_the_owner_of_the_file_is_kept(tmp_path, monkeypatch):
    path, seen = tmp_path / "file", []
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "chown", lambda _, user, group: seen.append((user, group)))
    write(path)
    assert seen == [(path.stat().st_uid, path.stat().st_gid)]


def test_whoever_may_not_keep_the_owner_writes_all_the_same(tmp_path, monkeypatch):
    def chown(*arguments):
        raise PermissionError

    monkeypatch.setattr(os, "chown", chown)
    (tmp_path / "file").write_bytes(b"old")
    write(tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == b"new"


def test_where_files_have_no_owner_none_is_kept(tmp_path, monkeypatch):
    monkeypatch.delattr(os, "chown")
    (tmp_path / "file").write_bytes(b"old")
    write(tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == b"new"


def test_what_stands_where_a_file_is_written_first_is_never_written_into(tmp_path, monkeypatch):
    monkeypatch.setattr("secrets.token_hex", lambda _: "guessed")
    trap, victim = tmp_path / "file.guessed.partial", tmp_path / "victim"
    victim.write_bytes(b"old")
    trap.symlink_to(victim)
    with pytest.raises(FileExistsError):
        write(tmp_path / "file")
    assert victim.read_bytes() == b"old"
    assert trap.is_symlink()


def test_a_file_that_is_protected_is_not_replaced(tmp_path, monkeypatch):
    (tmp_path / "file").write_bytes(b"old")
    monkeypatch.setattr(os, "access", lambda _, mode: mode != os.W_OK)  # root may write all
    with system_error(errno.EACCES, "the file is protected against writing", tmp_path / "file"):
        write(tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]


@pytest.mark.parametrize("letter", ["a", "é", "語"])
def test_a_name_may_be_as_long_as_the_folder_allows(tmp_path, letter):
    path = tmp_path / (letter * (255 // len(letter.encode())))
    write(path)
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_missing_is_named(tmp_path):
    with system_error(errno.ENOENT, "there is no such folder", tmp_path / "missing"):
        write(tmp_path / "missing" / "file")


def test_a_folder_and_a_pipe_are_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "pipe", tmp_path / "folder"):
        with system_error(errno.EINVAL, "there is something other than a file", path):
            write(path)
        with pytest.raises(ValueError, match=r"\(it is not a file\)"):
            read_checkpoint(path)
    assert len(list(tmp_path.iterdir())) == 2


def test_two_threads_on_one_path_leave_a_whole_file(path):
    def many(n):
        for k in range(20):
            write_checkpoint(path, {"n": np.full(1000, n)}, {"n": n, "k": k})

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(many, range(4)))
    arrays, about = read_checkpoint(path)
    assert (arrays["n"] == about["n"]).all()
    assert about["k"] == 19
    assert list(path.parent.iterdir()) == [path]


# what claims to be more than it is


def archive(path, compression=zipfile.ZIP_STORED, **parts):
    with zipfile.ZipFile(path, "w", compression) as file:
        for name, content in parts.items():
            file.writestr(f"{name}.npy", content)


def header(shape, descr="<f8"):
    with io.BytesIO() as file:
        description = {"shape": shape, "fortran_order": False, "descr": descr}
        np.lib.format.write_array_header_1_0(file, description)
        return file.getvalue()


@pytest.fixture
def nothing_large(monkeypatch):
    """Fail as soon as an array is read or made that is not small."""
    read = np.lib.format.read_array

    def guarded(file, **options):
        raise AssertionError("it was read")

    monkeypatch.setattr(np.lib.format, "read_array", guarded)
    yield
    monkeypatch.setattr(np.lib.format, "read_array", read)


@pytest.mark.usefixtures("nothing_large")
def test_a_bomb_is_refused_before_it_is_read(path):
    archive(path, zipfile.ZIP_DEFLATED, about=header((10**7,)) + bytes(8 * 10**7))
    assert path.stat().st_size < 100_000
    with pytest.raises(ValueError, match=r"\(it claims to hold more bytes than it has\)"):
        read_checkpoint(path)


@pytest.mark.usefixtures("nothing_large")
@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_part_that_is_packed_is_none_of_ours(path, compression):
    archive(path, compression, about=header((2,)) + bytes(16))
    with pytest.raises(ValueError, match=r"\(it claims to hold more bytes than it has\)"):
        read_checkpoint(path)


@pytest.mark.usefixtures("nothing_large")
def test_parts_that_share_their_bytes_are_refused(path):
    archive(path, about=header((1000,)) + bytes(8000))
    with zipfile.ZipFile(path, "a") as file:
        for k in range(20):  # names for the same bytes
            twin = zipfile.ZipInfo(f"twin{k}.npy")
            for field in ("header_offset", "CRC", "compress_size", "file_size"):
                setattr(twin, field, getattr(file.getinfo("about.npy"), field))
            file.filelist.append(twin)
        file._didModify = True
    with pytest.raises(ValueError, match=r"\(it claims to hold more bytes than it has\)"):
        read_checkpoint(path)


@pytest.mark.usefixtures("nothing_large")
@pytest.mark.parametrize(
    ("shape", "descr", "why"),
    [
        ((2**50,), "<f8", "does not have the size of its shape"),
        ((3,), "<f8", "does not have the size of its shape"),
        ((1,), "<f8", "does not have the size of its shape"),
        ((2**62, 2**62), "<f8", "does not have the size of its shape"),
        ((2**62,), "|V0", "has dtype"),
        ((2,), "|O", "has dtype object, not numbers"),
    ],
)
def test_an_array_that_claims_another_size_is_refused(path, shape, descr, why):
    archive(path, about=header(shape, descr) + bytes(16))
    with pytest.raises(ValueError, match=why):
        read_checkpoint(path)


def test_a_header_that_is_never_written_is_refused(path):
    with io.BytesIO() as file:
        description = {"shape": (2,), "fortran_order": False, "descr": "<f8"}
        np.lib.format.write_array_header_2_0(file, description)
        archive(path, about=file.getvalue() + bytes(16))
    with pytest.raises(ValueError, match=r"\(about\.npy has a header of another kind\)"):
        read_checkpoint(path)


# parameters


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_parameters_come_back_bit_for_bit(tmp_path, dtype):
    parameters = oracle.problem(dtype=dtype)[3]
    save_parameters({**parameters, "Waa": np.asfortranarray(parameters["Waa"])}, tmp_path / "p")
    came = load_parameters(str(tmp_path / "p"))
    assert list(came) == list(parameters)
    for name, array in parameters.items():
        assert came[name].dtype == dtype
        assert came[name].tobytes() == array.tobytes()


def test_an_archive_of_another_program_holds_no_parameters(tmp_path):
    np.savez(tmp_path / "p.npz", **oracle.problem()[3])
    end = "expected a whole file from save_parameters; nothing has been overwritten"
    why = f"its format is not rnn_from_scratch parameters 1); {end}"
    with refusals.refuses(ValueError, f"parameters {tmp_path / 'p.npz'} cannot be read ({why}"):
        load_parameters(tmp_path / "p.npz")


def test_a_file_of_another_kind_holds_no_parameters(path):
    end = "expected a whole file from save_parameters; nothing has been overwritten"
    why = f"its format is not rnn_from_scratch parameters 1); {end}"
    with refusals.refuses(ValueError, f"parameters {path} cannot be read ({why}"):
        load_parameters(path)
    save_parameters(oracle.problem()[3], path)
    unreadable(path)


def test_parameters_that_are_missing_are_no_parameters(tmp_path):
    write_checkpoint(tmp_path / "p", {"Wax": np.ones((2, 2))}, {}, "parameters")
    with pytest.raises(ValueError, match="parameters has the keys Wax; expected"):
        load_parameters(tmp_path / "p")
    with system_error(errno.ENOENT, os.strerror(errno.ENOENT), tmp_path / "nowhere"):
        load_parameters(tmp_path / "nowhere")


def test_a_file_of_complex_parameters_holds_none(tmp_path):
    parameters = {name: array + 0j for name, array in oracle.problem()[3].items()}
    write_checkpoint(tmp_path / "p", parameters, {}, "parameters")
    with refusals.refuses(TypeError, "Wax has dtype complex128; expected float32 or float64"):
        load_parameters(tmp_path / "p")


@pytest.mark.parametrize(("spoil", "error", "message"), refusals.BAD_PARAMETERS)
def test_bad_parameters_are_not_saved(tmp_path, spoil, error, message):
    arguments = refusals.spoilt({"parameters": oracle.problem()[3]}, spoil, message)
    with refusals.refuses(error, message):
        save_parameters(**arguments, path=tmp_path / "p")
    assert not list(tmp_path.iterdir())


def test_complex_parameters_are_not_saved(tmp_path):
    parameters = {**oracle.problem()[3]}
    parameters["ba"] = parameters["ba"].astype(complex)
    with refusals.refuses(TypeError, "ba has dtype complex128; expected float32 or float64"):
        save_parameters(parameters, tmp_path / "p")


@pytest.mark.parametrize(
    ("path", "error", "message"),
    [
        (3, TypeError, "path is of type int; expected a path"),
        (None, TypeError, "path is of type NoneType; expected a path"),
        (b"p", TypeError, "path is of type bytes; expected a path"),
        ("", ValueError, "path is ''; expected the path of a file"),
        ("a\0", ValueError, "path is 'a\\x00'; expected the path of a file"),
    ],
)
def test_a_path_that_is_none_is_named(path, error, message):
    with refusals.refuses(error, message):
        save_parameters(oracle.problem()[3], path)
    with refusals.refuses(error, message):
        load_parameters(path)
