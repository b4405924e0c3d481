"""numpy.linalg's functions that Lockstep has. A name that is not there yet raises AttributeError."""

from numpy.linalg import LinAlgError

from lockstep._submodule import fill

__all__, __getattr__ = fill(globals(), "linalg")
__all__ = [*__all__, "LinAlgError"]
