"""Numbers that stand on stickers and cases: each once in a city, none that looks counted."""

_LETTERS = "0123456789BCDFGHJKLMNPQRSTVWXYZ"
_STEP = 10**18 + 3
"""A prime: multiples of it, cut to any length, meet only after all others were there."""


class Numbers:
    """Serial numbers, MAC addresses and inventory numbers, in an order that never changes."""

    def __init__(self) -> None:
        self._used: dict[str, int] = {}

    def serial(self, prefix: str, length: int) -> str:
        """`prefix`, as one maker's serial numbers begin, and `length` more characters."""
        rest = self._next(f"serial {prefix}") * _STEP % len(_LETTERS) ** length
        letters = ""
        for _place in range(length):
            rest, letter = divmod(rest, len(_LETTERS))
            letters = _LETTERS[letter] + letters
        return prefix + letters

    def mac(self, vendor: str) -> str:
        """An address that begins with these three bytes (``a4:83:e7``)."""
        rest = self._next(f"mac {vendor}") * _STEP % (1 << 24)
        return f"{vendor}:{rest >> 16:02x}:{rest >> 8 & 255:02x}:{rest & 255:02x}"

    def inventory_number(self) -> str:
        """The city's own running number on the sticker."""
        return f"{100_000 + self._next('inventory')}"

    def _next(self, what: str) -> int:
        self._used[what] = self._used.get(what, 0) + 1
        return self._used[what]
