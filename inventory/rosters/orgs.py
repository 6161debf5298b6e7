"""Which school of the inventory a name or id in a file means. Nothing is guessed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from inventory.messages import _
from inventory.records.base import normalise_school_number
from inventory.rosters.layout import shown
from inventory.rosters.ledger import Ledger
from inventory.rosters.register import Org
from inventory.rosters.rows import ReadOptions


class Schools:
    """Turns what a file calls a school into its official number.

    By `schools` of the settings first, else where a name or id is a number of the inventory.
    """

    def __init__(self, options: ReadOptions, orgs: Mapping[str, Org]) -> None:
        self._orgs, self._only = orgs, options.school
        self._mapped = options.schools
        self._known = options.known_schools | ({options.school} - {""})
        self._alone = self._the_only_school()
        self.unknown: Counter[str] = Counter()
        self.elsewhere = 0

    def number(self, org: str) -> str:
        """The number of the school an id stands for; empty when it is none that is taken.

        People of unknown schools and of schools that are not taken are counted.
        """
        school = self.school_above(org)
        if school is None:
            return ""
        number = self._number(school)
        if not number:
            self.unknown[school.id] += 1
        elif self._only and number != self._only:
            self.elsewhere += 1
        else:
            return number
        return ""

    def meant(self, orgs: Iterable[str]) -> frozenset[str] | None:
        """The numbers of the schools that these ids stand for; nobody is counted. Empty: they
        tell of no school. None: all of them are schools that are not taken.
        """
        found = [school for org in orgs if (school := self.school_above(org))]
        numbers = {self._number(school) for school in found} - {""}
        taken = frozenset(n for n in numbers if not self._only or n == self._only)
        return None if found and not taken else taken

    def school_above(self, org: str) -> Org | None:
        """The school that an org is or belongs to; None for a district and the like."""
        for _step in range(8):
            found = self._orgs.get(org)
            if found is None:
                return None
            if found.is_school or self._number(found):
                return found
            org = found.parent
        return None

    def _number(self, org: Org) -> str:
        for name in (org.id, org.name, org.identifier):
            if name and name in self._mapped:
                number = self._mapped[name]
                return number if number in self._known else ""
        for name in (org.identifier, org.id):
            try:
                number = normalise_school_number(name)
            except ValueError:
                continue
            if number in self._known:
                return number
        return self._only if org.id == self._alone else ""

    def _the_only_school(self) -> str:
        """The id of the one school there is, when the settings say which school delivers."""
        schools = [org.id for org in self._orgs.values() if org.is_school]
        return schools[0] if self._only and not self._mapped and len(schools) == 1 else ""

    def tell_unknown(self, ledgers: Sequence[Ledger]) -> None:
        """One Problem for each school that the inventory does not know and that has people here,
        in the ledger of the file that names it. The first is told of those of before.
        """
        message = _(
            "Line {line}, {column}: the school {name} ({org}) is not in the inventory; {count} "
            "places of its people were not taken. Add the school, or name it in `schools` of the "
            "source."
        )
        for one, count in sorted(self.unknown.items()):
            org = self._orgs[one]
            ledger = next((each for each in ledgers if each.file == org.file), ledgers[0])
            ledger.miss(org.line, org.column, message, name=shown(org.name or org.id),
                        org=shown(org.id), count=count)  # fmt: skip
