"""schoolnet.toml as a whole. Each part's model lives beside what it configures."""

import os
import tomllib
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from inventory.errors import SettingsError
from inventory.messages import Message, _, say
from inventory.references import SecretReference
from inventory.rosters.settings import SourceSettings
from inventory.validation import reason_of
from provisioning.directory.password_settings import HandoutSettings, PasswordSettings
from provisioning.directory.settings import DirectorySettings
from provisioning.engine.guards import GuardSettings
from provisioning.engine.hooks import Hooks
from provisioning.network.settings import NetworkSettings
from provisioning.roster.settings import AccountSettings

FILE_NAME = "schoolnet.toml"


def _without_country(value: object) -> object:
    """SCHOOLNET_LANGUAGE also tells the language of the terminal, perhaps as ``de_DE.UTF-8``."""
    return value[:2].lower() if isinstance(value, str) and value[2:3] in {"_", ".", "-"} else value


class Settings(BaseSettings):
    """Everything that can be set. Environment: ``SCHOOLNET_DIRECTORY__URL`` and the like."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix="SCHOOLNET_", env_nested_delimiter="__"
    )

    city: str = ""
    """The name of the city or authority, shown on reports and in the interface."""
    language: Annotated[Literal["de", "en"] | None, BeforeValidator(_without_country)] = None
    """Language of handouts and reports; None: that of the person."""
    sealing_key: SecretReference
    """Seals initial passwords and switch backups, and keys the hashes of used names."""
    accounts: AccountSettings = AccountSettings()
    guards: GuardSettings = GuardSettings()
    directory: DirectorySettings | None = None
    passwords: PasswordSettings = PasswordSettings()
    handouts: HandoutSettings = HandoutSettings()
    network: NetworkSettings | None = None
    sources: tuple[SourceSettings, ...] = ()
    hooks: Hooks = ()

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
        message = _("{path} cannot be read: {reason}. Check the folder, the file and who may "
                    "read it.")  # fmt: skip
        raise SettingsError(say(message, path=str(path), reason=error.strerror or "")) from error
    except UnicodeDecodeError as error:
        message = _("{path} is not written in UTF-8. Save it as UTF-8.")
        raise SettingsError(say(message, path=str(path))) from error
    except tomllib.TOMLDecodeError as error:
        message = _("{path} is not valid TOML: {reason}. Correct that line.")
        raise SettingsError(say(message, path=str(path), reason=str(error))) from error
    try:
        return Settings(**content)
    except ValidationError as error:
        raise SettingsError(_first_of(error, path)) from error


def _first_of(error: ValidationError, path: Path) -> Message:
    first = error.errors(include_input=False, include_url=False)[0]
    parts = [str(part) for part in first["loc"]]
    where = _variable(parts) or str(path)
    setting = ".".join(parts)
    if first["type"] == "extra_forbidden":
        message = _("{path}: there is no setting {setting} here. Known are: {known}.")
        return say(message, path=where, setting=setting, known=_known_beside(parts))
    if first["type"] == "missing":
        return say(_("{path}: the setting {setting} is missing. Add it."), path=where,
                   setting=setting)  # fmt: skip
    return say(_("{path}: {setting}: {reason}. Correct it there."), path=where, setting=setting,
               reason=reason_of(first))  # fmt: skip


def _variable(parts: Sequence[str]) -> str:
    """The environment variable that a setting, or all around it, was taken from."""
    names = ("SCHOOLNET_" + "__".join(parts[:end]).upper() for end in range(len(parts), 0, -1))
    return next((name for name in names if name in os.environ), "")


def _known_beside(parts: Sequence[str]) -> str:
    """The settings that may stand where an unknown one stood, the most similar first."""
    model: type[BaseModel] = Settings
    for part in parts[:-1]:
        if part in model.model_fields:
            model = _model_in(model.model_fields[part].annotation)[0] or model
    similar = get_close_matches(parts[-1], model.model_fields, n=3, cutoff=0.5)
    return ", ".join(dict.fromkeys((*similar, *model.model_fields)))


def setting_names(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """All settings as they are written in schoolnet.toml: ``directory.url``, ``sources.*.name``."""
    for name, field in model.model_fields.items():
        inner, star = _model_in(field.annotation)
        if inner is None:
            yield prefix + name
        else:
            yield from setting_names(inner, f"{prefix}{name}{star}.")


def _model_in(annotation: Any) -> tuple[type[BaseModel] | None, str]:
    """The settings model inside an annotation, and a star when there may be several."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, ""
    for part in get_args(annotation):
        inner, _star = _model_in(part)
        if inner is not None:
            several = getattr(annotation, "__origin__", None) is not None
            return inner, ".*" if several else ""
    return None, ""
