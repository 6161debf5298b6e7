"""What a school's export was: kept so that a plan can say what it was planned from."""

from inventory.records.base import Frozen, Ref


class Delivery(Frozen):
    """One accepted file of one source. The file itself is not kept, only what was mapped.

    `role` and `school` are the scope it covers: only what a delivery covers can produce
    leavers, and only when `absence_counts`: in a file with unreadable rows it does not.
    `complete` turns true when the last row is in.
    """

    id: str
    made_at: int
    actor: str
    source: str
    system: str
    school: Ref
    role: str
    school_year: str
    file_name: str
    sha256: str
    size: int
    format: str
    encoding: str
    row_count: int
    problem_count: int
    absence_counts: bool = True
    complete: bool = False
