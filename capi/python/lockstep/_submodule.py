"""How lockstep.fft and its like get the functions of their name from the tables.
Must not know single functions."""

import importlib

from lockstep import _core


def fill(namespace: dict, name: str):
    """Puts the functions `name`.* into the namespace; gives its __all__ and its __getattr__."""
    own = {full.partition(".")[2]: function for full, function in _core.functions.items() if full.startswith(name + ".")}
    namespace.update(own)

    def missing(attribute):
        if not attribute.startswith("__") and hasattr(importlib.import_module(f"numpy.{name}"), attribute):
            raise AttributeError(
                f"module 'lockstep.{name}' has no attribute {attribute!r}: numpy.{name}.{attribute} is not "
                "there yet in Lockstep"
            )
        raise AttributeError(f"module 'lockstep.{name}' has no attribute {attribute!r}")

    return sorted(own), missing
