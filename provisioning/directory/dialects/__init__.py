"""What differs between the kinds of directories: one dialect each."""

from collections.abc import Mapping

from provisioning.directory.dialects.active_directory import ActiveDirectory
from provisioning.directory.dialects.base import Dialect
from provisioning.directory.dialects.openldap import OpenLdap
from provisioning.directory.settings import DirectoryKind, DirectorySettings

_DIALECTS: Mapping[DirectoryKind, type[Dialect]] = {
    "openldap": OpenLdap,
    "active_directory": ActiveDirectory,
}


def dialect_of(settings: DirectorySettings) -> Dialect:
    """The dialect of the directory that the settings name."""
    return _DIALECTS[settings.kind](settings)
