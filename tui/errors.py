"""The errors a user can meet.

    WideviewError
    ├── InputError      a PATH that cannot be read, or holds nothing to read
    ├── OptionError     an option that says how to load cannot be understood
    ├── FilterError     a filter expression that does not parse; knows the column
    ├── SqlError        an SQL statement that is wrong or not allowed; knows the place
    ├── RuleError       a rule file that is wrong; knows the file and the rule
    ├── EntityError     keys that name no entity, or several
    ├── ChartError      a chart that there is not, or not of these data
    └── StoreError      the index cannot be built or opened

Every message is one sentence for a person, names the file (and the line, where there is one), and needs no traceback.
The command line prints it on standard error and exits with status 2.
"""

from __future__ import annotations


class WideviewError(Exception):
    """Base of all errors that are shown to the user as they are."""


class InputError(WideviewError):
    """A PATH does not exist, cannot be read, or holds no log."""


class OptionError(WideviewError):
    """An option that says how to load cannot be understood; the message begins with it."""


class FilterError(WideviewError):
    """A filter expression does not parse.

    *column* is the 0-based place of the mistake in the expression.
    """

    def __init__(self, message: str, column: int = 0) -> None:
        super().__init__(message)
        self.column = column


class SqlError(WideviewError):
    """An SQL statement does not parse, fails, or is not allowed.

    *line* is its line with the mistake, *column* the 0-based place in that line.
    """

    def __init__(self, message: str, line: str = "", column: int = 0) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class RuleError(WideviewError):
    """A rule file is malformed; the message names the file and the rule."""


class EntityError(WideviewError):
    """Keys given to follow fit no entity, or more than one; *candidates* lists what they fit, as text."""

    def __init__(self, message: str, candidates: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.candidates = candidates


class ChartError(WideviewError):
    """There is no such chart, the data lack what it needs, or it cannot be about what was asked."""


class StoreError(WideviewError):
    """The index cannot be built, opened or queried."""
