"""Functions that take an act's answer, looked up by the act."""

from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

from tradepost.txn.act import Act, all_acts

A = TypeVar("A")
V = TypeVar("V")


class ByAct(Generic[V]):
    """One function per act, which takes the act's answer."""

    def __init__(self) -> None:
        self._functions: dict[str, Callable[[Any], V]] = {}

    def add(self, act: Act[Any, A], function: Callable[[A], V]) -> None:
        """Register the function for an act.

        Raises:
            ValueError: The act already has one.
        """
        if act.name in self._functions:
            raise ValueError(f"{act.name!r} has a function already")
        self._functions[act.name] = function

    def make(self, name: str, answer: object) -> V:
        """Call the function of the act with this name, and return its result.

        Raises:
            LookupError: The act has no function.
        """
        return self._functions[name](answer)

    def names(self) -> list[str]:
        """Return the names of the acts that have a function."""
        return list(self._functions)

    def missing(self) -> Iterator[Act[Any, Any]]:
        """Yield each declared act that has no function."""
        return (act for act in all_acts() if act.name not in self._functions)
