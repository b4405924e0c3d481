"""numpy.fft's functions that Lockstep has. A name that is not there yet raises AttributeError."""

from lockstep._submodule import fill

__all__, __getattr__ = fill(globals(), "fft")
