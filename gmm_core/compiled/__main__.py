"""`python -m gmm_core.compiled` makes the machine code and waits for it, for an image that is built, for instance."""

from gmm_core.engines.making import LOG, wait

if __name__ == "__main__" and wait() is None:
    raise SystemExit(f"No machine code could be made; the reason stands in the file {LOG!r} of its folder.")
