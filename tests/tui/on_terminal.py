"""Opens the plan screen on an invented place: what the terminal test starts."""

import os

from tui.environment import prepare_environment


def main() -> None:
    """Run until the person leaves."""
    prepare_environment(os.environ)
    from tests.tui.fakes import workplace
    from tui.app import SchoolnetApp
    from tui.screens.plan import PlanScreen
    from tui.texts import load_texts

    place, texts = workplace(), load_texts("de")
    SchoolnetApp(texts, place, lambda: PlanScreen(texts, place.plan_)).run()
    print(f"applied: {len(place.plan_.applied)}")  # noqa: T201


if __name__ == "__main__":
    main()
