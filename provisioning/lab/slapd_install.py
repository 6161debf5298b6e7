"""Where this machine keeps OpenLDAP's parts: the program, its modules and its schemas.

The lab installs nothing by itself: what is missing is named with the command to type.
"""

import os
import shutil
from pathlib import Path

from inventory.errors import UsageError
from inventory.messages import _

_SYSTEM_FOLDERS = "/usr/sbin:/sbin:/usr/local/sbin:/usr/libexec"
"""An ordinary user's PATH has none of them."""

_MODULE_FOLDERS = ("usr/lib/ldap", "usr/lib/*/ldap", "usr/lib*/openldap", "usr/libexec/openldap")
_SCHEMA_FOLDERS = ("/etc/ldap/schema", "/etc/openldap/schema")
_SCHEMAS = ("core", "cosine", "nis", "inetorgperson")
_APPARMOR_PROFILE = Path("/etc/apparmor.d/usr.sbin.slapd")
_APPARMOR_ENABLED = Path("/sys/module/apparmor/parameters/enabled")


def prepare_program(folder: Path) -> str:
    """The slapd to run: the machine's own, or a copy in `folder` where AppArmor confines it.

    Ubuntu's profile holds /usr/sbin/slapd in the system's folders and says nothing of other
    paths. Only root can read whether it is enforced, so a profile that is there counts.
    Raises UsageError when slapd is not installed.
    """
    program = shutil.which("slapd", path=f"{os.environ.get('PATH', '')}:{_SYSTEM_FOLDERS}")
    if program is None:
        raise _not_installed("slapd")
    return shutil.copy(program, str(folder / "slapd")) if _is_confined() else program


def find_modules() -> Path:
    """The folder of the loadable overlays. Raises UsageError when there is none."""
    for pattern in _MODULE_FOLDERS:
        for folder in sorted(Path("/").glob(pattern)):
            if any(folder.glob("accesslog*")):
                return folder
    raise _not_installed("accesslog.so")


def find_schemas() -> list[Path]:
    """The schema files that persons and groups need. Raises UsageError when they are missing."""
    for folder in map(Path, _SCHEMA_FOLDERS):
        files = [folder / f"{name}.schema" for name in _SCHEMAS]
        if all(file.exists() for file in files):
            return files
    raise _not_installed("core.schema")


def _not_installed(part: str) -> UsageError:
    return UsageError(
        _(
            "The lab needs OpenLDAP's server ({part} was not found). Install it with: "
            "apt-get install -y --no-install-recommends slapd"
        ),
        part=part,
    )


def _is_confined() -> bool:
    try:
        enabled = _APPARMOR_ENABLED.read_text().strip() == "Y"
    except OSError:
        return False
    return enabled and _APPARMOR_PROFILE.exists()
