"""One file a platform. A new platform is a new file here and nothing else."""

from importlib import import_module
from pkgutil import iter_modules
from typing import cast

from inventory.errors import UsageError
from inventory.messages import _
from provisioning.network.platforms.base import Platform


def platform_names() -> list[str]:
    """The platforms that can be managed."""
    return [
        module.name
        for module in iter_modules(__path__)
        if module.name != "base" and not module.name.startswith("_")
    ]


def platform(name: str) -> Platform:
    """The platform of this name. Raises UsageError when there is none."""
    if name not in platform_names():
        raise UsageError(
            _("There is no platform {name}. Known platforms: {known}. Correct the switch record."),
            name=name or "''",
            known=", ".join(platform_names()),
        )
    return cast(Platform, import_module(f"{__name__}.{name}").PLATFORM)
