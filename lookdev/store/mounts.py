"""Whether a file lies on a network mount, where SQLite's shared memory does not reach.

Linux is asked in `/proc/self/mountinfo`; macOS and Windows through psutil's list of partitions,
and a share that Windows names by its server is one. What a guest sees as a local disk is not found.
"""

import re
import sys
from pathlib import Path

import psutil

MOUNTINFO = Path("/proc/self/mountinfo")

# fmt: off  (a list to be read along, not down)
NETWORK = frozenset(
    [
        "9p",
        "afpfs",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "coda",
        "davfs",
        "drvfs",
        "gfs",
        "gfs2",
        "glusterfs",
        "gpfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "ocfs2",
        "orangefs",
        "panfs",
        "prl_fs",
        "pvfs2",
        "smb2",
        "smb3",
        "smbfs",
        "vboxsf",
        "virtiofs",
        "vmhgfs",
        "webdav",
        "fuse.ceph-fuse",
        "fuse.cephfs",
        "fuse.curlftpfs",
        "fuse.davfs2",
        "fuse.gcsfuse",
        "fuse.glusterfs",
        "fuse.goofys",
        "fuse.juicefs",
        "fuse.mfs",
        "fuse.rclone",
        "fuse.s3fs",
        "fuse.smbnetfs",
        "fuse.sshfs",
        "fuse.vmhgfs-fuse",
    ]
)
"""Types of file systems that several machines, or a machine and its guest, may write at once."""
# fmt: on


def network_mount(path: Path) -> str | None:
    """Type and mount point of the network mount that a path lies on, as a phrase; None if on none.

    The path need not exist: what counts is where its nearest existing folder lies.
    """
    real = path.resolve()
    if real.drive.startswith("\\\\"):
        return f"the network share {real.drive}"
    kind, point = _mount_of(real, _mounts())
    return f"{kind} (mounted at {point})" if kind in NETWORK else None


def _mounts() -> list[tuple[str, str]]:
    """Mount points and their types, in order of mounting: a later one hides an earlier one."""
    if sys.platform == "linux":
        return _parsed(MOUNTINFO.read_text(encoding="utf-8", errors="surrogateescape"))
    partitions = psutil.disk_partitions(all=True)
    return [(p.mountpoint, "smbfs" if "remote" in p.opts else p.fstype) for p in partitions]


def _parsed(mountinfo: str) -> list[tuple[str, str]]:
    """The lines of proc(5)'s mountinfo: the fifth field, and the first after the lone hyphen."""
    found = []
    for line in mountinfo.splitlines():
        left, _, right = line.partition(" - ")
        found.append((_unescaped(left.split(" ")[4]), right.split(" ")[0]))
    return found


def _mount_of(path: Path, mounts: list[tuple[str, str]]) -> tuple[str, str]:
    kind, point = "", ""
    for at, its_kind in mounts:
        if path.is_relative_to(at) and len(at) >= len(point):
            kind, point = its_kind, at
    return kind, point


def _unescaped(text: str) -> str:
    r"""A mount point as it is: the kernel writes a space in it as `\040`."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)
