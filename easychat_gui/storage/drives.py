"""Whether a file lies on a drive of another computer.

There the write-ahead log must not be used: it rests on memory that all processes of one machine share
(sqlite.org/wal.html), and other machines see the file too.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path, PurePosixPath

_NETWORK_TYPES = {
    *("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "davfs", "beegfs", "ncpfs"),
    *("fuse.sshfs", "fuse.glusterfs", "fuse.davfs2", "fuse.rclone", "fuse.s3fs"),
}
_MOUNTS = Path("/proc/self/mounts")
_REMOTE_DRIVE = 4
"""DRIVE_REMOTE of GetDriveTypeW."""


def is_on_network(path: Path) -> bool:
    """Tell whether this path is on a network drive; False where the system does not say."""
    if sys.platform == "win32":
        import ctypes

        anchor = path.resolve().anchor
        return anchor.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(anchor) == _REMOTE_DRIVE
    try:
        mounts = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return False
    return file_system_of(PurePosixPath(path.resolve()), mounts) in _NETWORK_TYPES


def file_system_of(path: PurePosixPath, mounts: str) -> str:
    """Return the type of file system that holds a path, of the text of ``/proc/self/mounts``."""
    found, depth = "", -1
    for line in mounts.splitlines():
        _device, point, kind, *_rest = [*line.split(" "), "", "", ""]
        mounted_at = PurePosixPath(re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), point))
        # Of two at the same place the later one covers the earlier one.
        if path.is_relative_to(mounted_at) and len(mounted_at.parts) >= depth:
            found, depth = kind, len(mounted_at.parts)
    return found
