"""Runs one command and says on standard error: exit code, seconds, processor seconds, peak MiB."""

import resource
import subprocess
import sys
import time

started = time.perf_counter()
done = subprocess.run(sys.argv[1:], stderr=subprocess.PIPE, check=False)
clock = time.perf_counter() - started
used = resource.getrusage(resource.RUSAGE_CHILDREN)
sys.stderr.buffer.write(done.stderr)
sys.stderr.write(
    f"\n{done.returncode} {clock:.4f} {used.ru_utime + used.ru_stime:.4f} "
    f"{used.ru_maxrss / 1024:.1f}\n"
)
