"""Arrays on disk: texts laid end to end, and a multimap from hashed text to numbers; both memory-mapped.

Written with `numpy.save`, read back with `allow_pickle=False`: an index file can never run code.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from comity.base.errors import InputError

Array32 = NDArray[np.uint32]


def save(folder: Path, name: str, values: NDArray[np.generic]) -> None:
    """Write one array as `name`.npy."""
    np.save(folder / f"{name}.npy", values, allow_pickle=False)


def open_array(folder: Path, name: str, kind: str) -> NDArray[np.generic]:
    """Map `name`.npy of the numpy type `kind`; InputError when it is missing, damaged or of another type."""
    path = folder / f"{name}.npy"
    try:
        array: NDArray[np.generic] = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError, SyntaxError) as error:
        raise InputError(f"is damaged or missing ({error}); build the index anew", file=str(path)) from None
    if array.ndim != 1 or array.dtype != np.dtype(kind):
        raise InputError(
            f"holds {array.dtype}, expected {kind} in one dimension; build the index anew", file=str(path)
        )
    return array.view(np.ndarray)


def hash_text(text: str) -> int:
    """A 32-bit hash that is the same on every machine; whoever looks up compares the text itself."""
    return crc32(text.encode("utf-8", "surrogatepass"))


class Texts:
    """Byte strings laid end to end: `name`.npy holds the bytes, `name`_ends.npy where each one ends."""

    def __init__(self, folder: Path, name: str) -> None:
        self._bytes = open_array(folder, name, "uint8")
        self._ends = open_array(folder, f"{name}_ends", "uint64")
        held = int(self._ends[-1]) if len(self._ends) else 0
        if held != len(self._bytes):
            path = folder / f"{name}.npy"
            raise InputError(
                f"holds {len(self._bytes)} bytes, expected {held}; build the index anew", file=str(path)
            )

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, row: int) -> bytes:
        start = int(self._ends[row - 1]) if row else 0
        return self._bytes[start : int(self._ends[row])].tobytes()

    @staticmethod
    def write(folder: Path, name: str, values: Sequence[bytes]) -> None:
        save(folder, name, np.frombuffer(b"".join(values), dtype=np.uint8))
        save(folder, f"{name}_ends", np.cumsum([len(value) for value in values], dtype=np.uint64))


class Multimap:
    """Numbers under a text: sorted hashes in `name`_keys.npy, the number of each in `name`_values.npy.

    Two texts may share a hash, so a caller compares what it finds with what it asked for.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._keys = open_array(folder, f"{name}_keys", "uint32")
        self._values = open_array(folder, f"{name}_values", "uint32")
        if len(self._keys) != len(self._values):
            path = folder / f"{name}_values.npy"
            raise InputError(
                f"holds {len(self._values)} values, expected {len(self._keys)}; build the index anew",
                file=str(path),
            )

    def find(self, text: str) -> Array32:
        """The numbers under `text`, and perhaps under another text of the same hash."""
        key = np.uint32(hash_text(text))
        start, end = self._keys.searchsorted(key, "left"), self._keys.searchsorted(key, "right")
        found: Array32 = np.asarray(self._values[start:end], dtype=np.uint32)
        return found

    @staticmethod
    def write(folder: Path, name: str, pairs: Iterable[tuple[int, int]]) -> None:
        """Write pairs of (`hash_text(text)`, number)."""
        flat = np.fromiter((number for pair in pairs for number in pair), dtype=np.uint32)
        keys, values = flat[0::2], flat[1::2]
        order = np.argsort(keys, kind="stable")
        save(folder, f"{name}_keys", keys[order])
        save(folder, f"{name}_values", values[order])
