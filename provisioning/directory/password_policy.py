"""What a directory asks of passwords: read before a plan, so that no run fails on it."""

from dataclasses import dataclass

from inventory.errors import ReadEndedEarlyError, UsageError
from inventory.messages import Message, _, say
from provisioning.directory.dn import lies_below, normalise
from provisioning.directory.found import FoundEntry
from provisioning.directory.recipes import Recipe
from provisioning.directory.searching import SearchConnection
from provisioning.directory.settings import DirectorySettings

_NEEDED_CATEGORIES = 3
_DOMAIN_PASSWORD_COMPLEX = 1


@dataclass(frozen=True, slots=True)
class Policy:
    """A directory's rules for passwords. `name` is the DN of the entry they stand in.

    `complexity`: of small letters, capitals, digits and signs three must be there. `must_change`:
    somebody whose password was marked so is really asked for another one at the login.
    """

    name: str
    min_length: int = 0
    complexity: bool = False
    must_change: bool = True

    def refusal(self, profile: str, recipe: Recipe, count: int = 1) -> Message | None:
        """Why passwords of this recipe would be refused; None when they fit."""
        if recipe.shortest < self.min_length:
            message = _(
                "Passwords that are not planned: {count}. The profile {profile} may give only "
                "{length} characters, but {policy} asks for {least}. Set min_length = {least} in "
                "[passwords.profiles.{profile}], then plan again."
            )
            return say(message, count=count, profile=profile, length=recipe.shortest,
                       policy=self.name, least=self.min_length)  # fmt: skip
        if self.complexity and recipe.categories < _NEEDED_CATEGORIES:
            message = _(
                "Passwords that are not planned: {count}. {policy} asks for three of small "
                "letters, capitals, digits and other signs, and the profile {profile} gives "
                "fewer. Add digits to [passwords.profiles.{profile}], then plan again."
            )
            return say(message, count=count, profile=profile, policy=self.name)
        return None


def read_policy(connection: SearchConnection, settings: DirectorySettings) -> Policy | None:
    """The password policy of the directory; None when there is none that we may read.

    Raises UsageError, UnreachableError as below.
    """
    if settings.kind == "active_directory":
        return read_domain_policy(connection)
    return read_openldap_policy(connection, settings)


def read_openldap_policy(
    connection: SearchConnection, settings: DirectorySettings
) -> Policy | None:
    """The password policy of an OpenLDAP server.

    Which policy is the default one stands in the server's own configuration, which only its
    administrator sees: so it is the one that the settings name, or the only one there is.
    Attributes of draft-behera-ldap-password-policy-11, 5.2; slapo-ppolicy(5). Raises UsageError
    when the settings name an entry that is no policy or not to be read, UnreachableError.
    """
    if settings.password_policy:
        found = connection.read(settings.password_policy, _ATTRIBUTES, _POLICIES)
        if found is None:
            raise UsageError(
                _(
                    "{entry} is no password policy that our account may read. Correct "
                    "`directory.password_policy`, or grant the right to read it."
                ),
                entry=settings.password_policy,
            )
        return _policy(found)
    policies = _policies(connection, settings)
    return _policy(policies[0]) if len(policies) == 1 else None


_POLICIES = "(objectClass=pwdPolicy)"
_ATTRIBUTES = ("pwdMinLength", "pwdCheckQuality", "pwdMustChange")


def _policies(connection: SearchConnection, settings: DirectorySettings) -> list[FoundEntry]:
    root = connection.read("", ["namingContexts"])
    place = normalise(settings.base)
    for context in root.values("namingContexts") if root else ():
        if lies_below(place, normalise(context)):
            try:
                return list(connection.search(context, _ATTRIBUTES, _POLICIES))
            except (UsageError, ReadEndedEarlyError):  # not to be read by us
                return []
    return []


def _policy(found: FoundEntry) -> Policy:
    """Without pwdCheckQuality nothing is checked, whatever the length says."""
    checked = _number(found, "pwdCheckQuality") > 0
    return Policy(
        name=found.dn,
        min_length=_number(found, "pwdMinLength") if checked else 0,
        must_change="TRUE" in found.values("pwdMustChange"),
    )


def read_domain_policy(connection: SearchConnection) -> Policy | None:
    """The password policy of an Active Directory domain; None when it cannot be read.

    Length and complexity stand at the domain's root ([MS-ADTS] 3.1.1.3.2, defaultNamingContext;
    [MS-SAMR] 2.2.4.1, pwdProperties). Policies for single groups (PSO) are not seen.
    """
    root = connection.read("", ["defaultNamingContext"])
    for domain in root.values("defaultNamingContext") if root else ():
        found = connection.read(domain, ["minPwdLength", "pwdProperties"])
        if found is not None and found.values("minPwdLength"):
            complexity = _number(found, "pwdProperties") & _DOMAIN_PASSWORD_COMPLEX
            return Policy(found.dn, _number(found, "minPwdLength"), bool(complexity))
    return None


def _number(found: FoundEntry, name: str) -> int:
    values = found.values(name)
    return int(values[0]) if values and values[0].lstrip("-").isdigit() else 0
