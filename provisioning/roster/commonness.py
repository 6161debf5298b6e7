"""How common names are among all people we know: what is likeness by chance, what is a slip?"""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from provisioning.roster.comparing import Somebody
from provisioning.roster.spelling import Pair, Spelling, to_words

_WELL_KNOWN = 10
"""So many others bear a given name that one beside it which nobody bears is no other name."""


class Commonness:
    """Counts people by birth date, and the words of their names, alone or part of a longer name."""

    def __init__(self, people: Iterable[Somebody]) -> None:
        self.people = 0
        self._born: Counter[date | None] = Counter()
        self._began: Counter[int | None] = Counter()
        self._given: Counter[str] = Counter()
        self._family: Counter[str] = Counter()
        for person in people:
            self.people += 1
            self._born[person.birth_date] += 1
            self._began[person.began] += 1
            for token in _tokens(to_words(person.given_name)):
                self._given[token] += 1
            for token in _tokens(to_words(person.family_name)):
                self._family[token] += 1

    def born_on(self, day: date | None) -> int:
        """How many people were born that day; None: of how many that is unknown."""
        return self._born[day]

    def of_age(self, began: int | None) -> int:
        """How many could have the birth date of who is of this age group; None: all people."""
        if began is None:
            return self.people
        return self._began[began] + self._began[began - 1]

    def share(self, given: Pair, family: Pair) -> float:
        """Which part of all people bears such names, were given and family names drawn by lot.

        Of two spellings the rarer counts: what nobody else is called is nobody's by chance. The
        two who are compared are left out.
        """
        others = self._others(self._given, given) * self._others(self._family, family)
        return others / self.people**2

    def is_no_name(self, one: list[str], other: list[str]) -> bool:
        """Whether one of two given names is borne by nobody else, the other by many."""
        fewest, most = self._fewest_and_most(one, other)
        return fewest == 0 and most >= _WELL_KNOWN

    def are_two_names(self, one: list[str], other: list[str]) -> bool:
        """Whether many people bear the one and many the other given name."""
        return self._fewest_and_most(one, other)[0] >= _WELL_KNOWN

    def _fewest_and_most(self, one: list[str], other: list[str]) -> tuple[int, int]:
        """How many others bear the words that only one of two people has."""
        words = {*one} ^ {*other}
        counts = [self._given[word] + self._given[f"{word}-"] - 1 for word in words]
        return min(counts, default=0), max(counts, default=0)

    def _others(self, counter: Counter[str], pair: Pair) -> int:
        one, other = set(pair.one), set(pair.other)
        words = one & other if pair.spelling is Spelling.LONGER else one | other
        both = Counter(_tokens(pair.one)) + Counter(_tokens(pair.other))
        counts = [counter[token] - n for token, n in both.items() if token.rstrip("-") in words]
        return max(min(counts, default=0), 0)


def _tokens(words: list[str]) -> list[str]:
    """A word that is not the whole name is marked, and counted apart."""
    return words if len(words) == 1 else [f"{word}-" for word in dict.fromkeys(words)]
