"""What is wrong with a PDF or Word document."""


class Unreadable(Exception):  # noqa: N818  (a decision about a file; the process beside turns it into a refusal)
    """The rest of a sentence that begins with the file's name, without its full stop."""


class Exhausting(Unreadable):
    """The same, of a document that took too much time or memory: on another day it may not."""
