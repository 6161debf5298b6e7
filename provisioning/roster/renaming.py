"""Other names for a person: what becomes of the records and of what was delivered."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace

from inventory.errors import UsageError
from inventory.messages import _, say
from inventory.records import Account, Person, SourceKey
from inventory.records.base import Edit
from inventory.rosters.values import NAME_KEY, name_key
from inventory.store.protocol import Reader
from inventory.store.queries import Eq
from inventory.store.renaming import Body, change_names, change_names_protected
from inventory.store.writing import Writer
from provisioning.roster.former import (
    former_hashes,
    former_words,
    sealed_key,
    source_key_id,
    words_of,
)
from provisioning.roster.names import NameHasher, NameMaker


@dataclass(frozen=True)
class Renaming:
    """A person with an account before, and the names from now on."""

    person: Person
    account: Account
    given_name: str
    family_name: str
    keys: Sequence[SourceKey] = ()
    """All of the person's; `taken` are those of others under which the new name is known."""
    taken: Sequence[SourceKey] = ()

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
            keys = [self._stored(names.hasher, key) for key in body["keys"]]
            return self._corrected({**body, "keys": keys}, words)

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
        edits = [Edit(self.person, new), Edit(self.account, account), *self._keys(names.hasher)]
        change_names_protected(writer, new.id, edits, former, corrected, reason)
        return account

    @property
    def new_key(self) -> str:
        """The id that the new name makes in a source without ids; empty without a birth date."""
        born = self.person.birth_date
        return name_key(self.family_name, self.given_name, born) if born else ""

    def _keys(self, hasher: NameHasher) -> Iterator[Edit]:
        """Ids made of the former name are sealed, and the new name is known there too."""
        known = {(key.system, key.school, key.record_id) for key in (*self.keys, *self.taken)}
        of_names = [key for key in self.keys if key.record_id.startswith(NAME_KEY)]
        for key in of_names:
            words = (key.system, key.school, self._stored(hasher, key.record_id))
            if words not in known:
                known.add(words)
                yield Edit(key, key.model_copy(update={"record_id": words[2]}))
        for key in of_names if self.new_key else ():
            words = (key.system, key.school, self.new_key)
            if words not in known and (*words[:2], sealed_key(hasher, self.new_key)) not in known:
                known.add(words)
                key_id = source_key_id(hasher, key.person, words)
                yield Edit(None, key.model_copy(update={"id": key_id, "record_id": self.new_key}))

    def _stored(self, hasher: NameHasher, key: str) -> str:
        """An id as it is kept from now on: sealed, unless it is made of the new name."""
        new = self.new_key
        return new if key in {new, sealed_key(hasher, new)} else sealed_key(hasher, key)

    def _corrected(self, body: Body, words: Set[str]) -> Body:
        """A delivered row with the new names; a row that could not be read has none."""
        if "family_name" not in body:
            return body
        body = {**body, "given_name": self.given_name, "family_name": self.family_name}
        if "email" in body:
            body["email"] = _without(body["email"], words)
        return body


def with_keys(reader: Reader, wanted: Renaming) -> Renaming:
    """The same with the ids under which sources know the person, and who bears the new name."""
    keys = tuple(reader.records(SourceKey, Eq(field="person", value=wanted.person.id)))
    taken = tuple(reader.records(SourceKey, Eq(field="record_id", value=wanted.new_key)))
    return replace(wanted, keys=keys, taken=taken)


def _without(address: str, words: Set[str]) -> str:
    """The address, or nothing where it holds one of the words, at whatever place."""
    local_part = address.partition("@")[0].casefold()
    return "" if any(word in local_part for word in words) else address
