"""schoolnet.toml as a whole. Each part's model lives beside what it configures."""

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from inventory.errors import SettingsError
from inventory.messages import Message, _, say
from inventory.references import SecretReference
from inventory.rosters.settings import SourceSettings
from provisioning.directory.settings import DirectorySettings
from provisioning.engine.guards import GuardSettings
from provisioning.network.settings import NetworkSettings
from provisioning.roster.settings import AccountSettings

FILE_NAME = "schoolnet.toml"


class Settings(BaseSettings):
    """Everything that can be set. Environment: ``SCHOOLNET_DIRECTORY__URL`` and the like."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix="SCHOOLNET_", env_nested_delimiter="__"
    )

    city: str = ""
    """The name of the city or authority, shown on reports and in the interface."""
    language: Literal["de", "en"] | None = None
    """Language of handouts and reports; None: that of the person."""
    sealing_key: SecretReference
    """Seals initial passwords and switch backups, and keys the hashes of used names."""
    accounts: AccountSettings = AccountSettings()
    guards: GuardSettings = GuardSettings()
    directory: DirectorySettings | None = None
    network: NetworkSettings | None = None
    sources: tuple[SourceSettings, ...] = ()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment beats the file, and nothing else is read."""
        return env_settings, init_settings


def load_settings(folder: Path) -> Settings:
    """Read schoolnet.toml; raises SettingsError that names the line or the setting."""
    path = folder / FILE_NAME
    try:
        with path.open("rb") as file:
            content = tomllib.load(file)
    except FileNotFoundError as error:
        message = _("There is no {file} in {folder}. Create one with `schoolnet init`, or name "
                    "the folder with -C.")  # fmt: skip
        raise SettingsError(say(message, file=FILE_NAME, folder=str(folder))) from error
    except OSError as error:
        message = _("{path} cannot be read: {reason}.")
        raise SettingsError(say(message, path=str(path), reason=error.strerror or "")) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = _("{path} is not valid TOML: {reason}.")
        raise SettingsError(say(message, path=str(path), reason=str(error))) from error
    try:
        return Settings(**content)
    except ValidationError as error:
        raise SettingsError(_first_of(error, path)) from error


def _first_of(error: ValidationError, path: Path) -> Message:
    first = error.errors(include_input=False, include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    message = _("{path}: {setting}: {reason}. `schoolnet settings show` lists what can be set.")
    reason = {
        "extra_forbidden": "there is no such setting",
        "missing": "this setting is missing",
    }.get(first["type"], first["msg"].removeprefix("Value error, "))
    return say(message, path=str(path), setting=where, reason=reason)
