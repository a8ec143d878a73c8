"""`python -m gmm_core.engines.numba` makes the machine code and waits for it, as when a container image is built."""

from gmm_core.engines.code_maker import LOG, wait

if __name__ == "__main__" and wait() is None:
    raise SystemExit(f"No machine code could be made; the reason stands in the file {LOG!r} of its folder.")
