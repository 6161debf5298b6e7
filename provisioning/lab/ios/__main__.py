"""``python -m provisioning.lab.ios SEEDFILE``: emulated IOS switches until the input ends.

SEEDFILE holds a `Seeds` as JSON (``-``: the first line of standard input).
"""

import asyncio
import sys

from provisioning.lab.ios.control import read_seeds, serve

if __name__ == "__main__":
    asyncio.run(serve(read_seeds(sys.argv[1:])))
