"""How deliveries are written out: which school's, whose, for which year."""

from inventory.records import School
from inventory.records.deliveries import Delivery
from inventory.store.reading import SqliteReader


class Written:
    """Deliveries with number and name of their school, which they themselves know by its id."""

    def __init__(self, reader: SqliteReader) -> None:
        self._schools = {school.id: school for school in reader.records(School)}

    def school(self, delivery: Delivery) -> str:
        """Number and name; the id where the school is gone."""
        school = self._schools.get(delivery.school)
        return f"{school.number} {school.name}" if school else delivery.school

    def line(self, delivery: Delivery) -> str:
        """One line for scripts: the name of the school, which holds spaces, is its end."""
        return (
            f"{delivery.id} {delivery.role} {delivery.school_year} rows {delivery.row_count} "
            f"problems {delivery.problem_count} school {self.school(delivery)}"
        )

    def facts(self, delivery: Delivery) -> dict[str, object]:
        """All of it but who took it in."""
        school = self._schools.get(delivery.school)
        return {
            **delivery.model_dump(mode="json", exclude={"actor"}),
            "school_number": school.number if school else "",
            "school_name": school.name if school else "",
        }
