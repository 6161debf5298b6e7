"""The directory and the switches as the settings name them: settings, logins, connections."""

from typing import TYPE_CHECKING

from inventory.errors import SettingsError
from inventory.messages import _, say
from provisioning.directory.pin import Pin
from provisioning.directory.settings import DirectorySettings
from provisioning.network.settings import Login, NetworkSettings
from schoolnet.place import Place, Secrets

if TYPE_CHECKING:
    from provisioning.directory.executor import DirectoryExecutor
    from provisioning.directory.searching import SearchConnection


def directory_settings(place: Place) -> DirectorySettings:
    """`[directory]`, its CA file found from the folder; raises SettingsError when there is none."""
    settings = place.settings.directory
    if settings is None:
        raise _missing("directory")
    return settings.model_copy(update={"ca_file": place.folder / settings.ca_file})


def network_settings(place: Place) -> NetworkSettings:
    """`[network]`; raises SettingsError when there is none."""
    if place.settings.network is None:
        raise _missing("network")
    return place.settings.network


def _missing(part: str) -> SettingsError:
    message = _("schoolnet.toml has no [{part}]. Add it, or leave {part} out of the plan.")
    return SettingsError(say(message, part=part))


def logins(settings: NetworkSettings, secrets: Secrets) -> dict[str, Login]:
    """The switches' credentials by name, with their secrets."""
    return {
        name: Login(
            username=credential.username,
            password=secrets(credential.password),
            enable=secrets(credential.enable) if credential.enable else None,
        )
        for name, credential in settings.credentials.items()
    }


def search_connection(place: Place, pin: Pin | None = None) -> "SearchConnection":
    """A connection that can only search, as the account for reading if there is one."""
    from provisioning.directory.searching import SearchConnection

    settings = directory_settings(place)
    name, reference = settings.reader_dn, settings.reader_password
    if reference is None:
        name, reference = settings.bind_dn, settings.password
    return SearchConnection(settings, name, place.secrets(reference), pin)


def directory_executor(place: Place, run_id: str, pin: Pin | None = None) -> "DirectoryExecutor":
    """Writes to the directory as the account for writing."""
    from provisioning.directory.executor import DirectoryExecutor

    settings = directory_settings(place)
    password = place.secrets(settings.password)
    return DirectoryExecutor(settings, password, place.spool, run_id, pin)
