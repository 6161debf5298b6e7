"""``python -m schoolnet``: how a run's own process is started."""

from schoolnet.cli import main

main()
