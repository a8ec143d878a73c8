"""The errors shown to users: each message is one sentence that says what is wrong, where, and what to do."""


class ExplorerError(ValueError):
    """The base of all errors whose message is written for the user."""


class DataError(ExplorerError):
    """The data cannot be read, prepared or fitted as it is."""


class DegenerateDataError(DataError):
    """The data has no variance in some direction, or too few distinct rows, for the chosen covariances."""


class FitError(ExplorerError):
    """A restart failed, or no restart of a fit ended in a valid mixture."""


class DataWarning(UserWarning):
    """The data can be fitted, but has a flaw, such as a column with one value only or too few distinct rows."""


class ComponentWarning(UserWarning):
    """A fit has components whose covariance is not a reliable estimate, or a criterion that they make meaningless."""


class ParameterError(ExplorerError, TypeError):
    """A parameter has an invalid value; both a `ValueError` and a `TypeError`, as scikit-learn's own error is."""
