"""What can go wrong, and how it is told.

    ClaimsiftError
    ├── UsageError       wrong command, settings, folder: the run does not start (exit status 2)
    │   └── LexiconError a row of a lexicon is bad; names file and line
    ├── Refused          a file is not for us: its kind, size or encoding (a row, exit status 0)
    │   └── TooCostly    and that was decided by the time or memory that it took; another try may go better
    └── DocumentError    a file should have worked and did not (a row, exit status 1)

Every message is one sentence that names the file and says what to do.
"""


class ClaimsiftError(Exception):
    """The base of every error that a user is meant to read."""


class UsageError(ClaimsiftError):
    """The command, the settings or a folder is wrong; nothing was started."""


class LexiconError(UsageError):
    """A row of a lexicon does not hold what its model asks for."""


class Refused(ClaimsiftError):  # noqa: N818  (a decision, not a failure)
    """A file that is left out for a stated reason; the run goes on and stays successful."""


class TooCostly(Refused):
    """A file that takes more time or memory to read than there is for it; the same file may be read another time."""


class DocumentError(ClaimsiftError):
    """A file that could not be handled; it costs itself and the exit status."""
