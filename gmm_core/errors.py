"""The errors that a person may see: each is one sentence that says what is wrong, where, and what to do."""


class ExplorerError(ValueError):
    """Any refusal that is explained to the person who caused it."""


class DataError(ExplorerError):
    """The data cannot be read, prepared or fitted as it is."""


class DegenerateDataError(DataError):
    """The data has no variance in some direction, or too few different rows, for the covariances asked for."""


class FitError(ExplorerError):
    """No restart of a fit ended in a valid mixture."""


class DataWarning(UserWarning):
    """Data can be fitted, but is not what it should be: a column with one value only, too few different rows."""


class ComponentWarning(UserWarning):
    """A fit has components whose spread says little, or a criterion is asked for that means nothing for that reason."""


class ParameterError(ExplorerError, TypeError):
    """A parameter lies outside what it may be: a `ValueError` and a `TypeError`, as scikit-learn's own refusal is."""
