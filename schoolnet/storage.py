"""Which file system a folder is on: SQLite's locks do not work on remote ones."""

from pathlib import Path

_REMOTE = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs",
                     "fuse.sshfs", "fuse.glusterfs", "davfs", "fuse.davfs2"})  # fmt: skip


def file_system_of(path: Path, mounts: Path = Path("/proc/self/mounts")) -> str:
    """The type of the file system a path is on, as the kernel names it; empty if not known."""
    try:
        lines = mounts.read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    resolved = path.resolve()
    best, kind = -1, ""
    for line in lines:
        _device, point, name, *_rest = line.split(" ")
        place = Path(point.replace("\\040", " "))
        if resolved.is_relative_to(place) and len(place.parts) > best:
            best, kind = len(place.parts), name
    return kind


def is_remote(kind: str) -> bool:
    """True when files of this type live on another machine."""
    return kind in _REMOTE
