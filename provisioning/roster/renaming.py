"""Other names for a person: what becomes of the records and of what was delivered."""

from collections.abc import Set
from dataclasses import dataclass

from inventory.errors import UsageError
from inventory.messages import _, say
from inventory.records import Account, Person
from inventory.records.base import Edit
from inventory.store.renaming import Body, change_names, change_names_protected
from inventory.store.writing import Writer
from provisioning.roster.former import former_hashes, former_words, words_of
from provisioning.roster.names import NameHasher, NameMaker


@dataclass(frozen=True)
class Renaming:
    """A person with an account before, and the names from now on."""

    person: Person
    account: Account
    given_name: str
    family_name: str

    @property
    def renamed(self) -> Person:
        """The person with the new names."""
        names = {"given_name": self.given_name, "family_name": self.family_name}
        return Person.model_validate({**self.person.model_dump(), **names})

    @property
    def former(self) -> set[str]:
        """Words that say who the person was."""
        return former_words(self.person, self.account.user_name, self.renamed)

    def rename(self, writer: Writer, hasher: NameHasher, reason: str) -> None:
        """Change the names; user name, address and everything recorded before stay."""

        def corrected(body: Body) -> Body:
            return self._corrected(body, frozenset())

        new = self.renamed
        former = former_hashes(hasher, self.person, new)
        change_names(writer, new.id, [Edit(self.person, new)], former, corrected, reason)

    def rename_protected(
        self, writer: Writer, names: NameMaker, school_number: str, reason: str
    ) -> Account:
        """Change the names, give a new user name and address, and forget the former ones.

        Returns the account, which is marked as being renamed until copies are gone and the
        directory has followed. Raises UsageError when the reason holds a former name.
        """
        words = self.former
        if words & words_of(f"{reason} {self.account.held}"):
            message = _("The reason given here, or that of a hold on the account, holds the former "
                        "name and would stay. Say it without the name.")  # fmt: skip
            raise UsageError(say(message))

        def corrected(body: Body) -> Body:
            return self._corrected(body, words)

        kept = _without(self.person.service_email, words)
        new = self.renamed.model_copy(update={"service_email": kept})
        user_name = names.make(new.given_name, new.family_name)
        email = names.make_address(new.given_name, new.family_name, user_name, school_number)
        update = {"user_name": user_name, "email": email, "adopted": False, "renaming": True}
        account = self.account.model_copy(update=update)
        former = [
            *former_hashes(names.hasher, self.person, new, words),
            *(names.hasher(name) for name in (user_name, email) if name),
        ]
        edits = [Edit(self.person, new), Edit(self.account, account)]
        change_names_protected(writer, new.id, edits, former, corrected, reason)
        return account

    def _corrected(self, body: Body, words: Set[str]) -> Body:
        """A delivered row with the new names; a row that could not be read has none."""
        if "family_name" not in body:
            return body
        body = {**body, "given_name": self.given_name, "family_name": self.family_name}
        if "email" in body:
            body["email"] = _without(body["email"], words)
        return body


def _without(address: str, words: Set[str]) -> str:
    """The address, or nothing where it holds one of the words, at whatever place."""
    local_part = address.partition("@")[0].casefold()
    return "" if any(word in local_part for word in words) else address
