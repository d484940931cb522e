"""The SQL that differs between databases, one module per protocol family.

`Engine.dialect` names a class by its path, and it is imported for the engine in use only: drivers
of other databases need not be installed.
"""
