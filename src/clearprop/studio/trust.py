"""What a session of the studio may do, and what its page may."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["HEADERS", "Trust"]

# The page runs its own script and nothing else; WebAssembly is the core.
HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' "
        b"'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; "
        b"form-action 'none'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)


@dataclass(frozen=True)
class Trust:
    """What a session may do.

    Attributes
    ----------
    paths
        Whether it may open any file of this machine by its path.
    runs_files
        Whether it may run a learner's file.
    given
        The source and the model that the command was given: these may be opened in any case.
    """

    paths: bool = True
    runs_files: bool = True
    given: tuple[str, ...] = ()
