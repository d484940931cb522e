"""Base classes and fields of the schemas of /api/v1, all strict."""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from operator import attrgetter
from typing import Annotated, Any, ClassVar, Protocol, TypeVar

from ninja import Schema
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    WithJsonSchema,
    create_model,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from tradepost.api import cursors
from tradepost.limits import ID_MAX, PRINTABLE, REASON_MAX_LENGTH
from tradepost.shop import money
from tradepost.shop.errors import AmountOutOfRange

Row = TypeVar("Row")
Row_co = TypeVar("Row_co", covariant=True)
# Only ASCII digits: int() also accepts "1_0", " 5" and digits of other scripts.
DIGITS = re.compile(r"-?[0-9]{1,40}")
DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,39})(\.[0-9]{1,40})?")
# Every amount within the limits; any other decimal is out of range.
MONEY = rf"(0|[1-9][0-9]{{0,{money.DIGITS - money.PLACES - 1}}})(\.[0-9]{{1,{money.PLACES}}})?"


def printable(value: str) -> str:
    """Refuse text with invisible characters."""
    if not re.fullmatch(PRINTABLE[1:-1], value):
        raise PydanticCustomError(
            "unprintable",
            "Text takes no control characters, line breaks or overrides of its direction",
        )
    return value


PRINTABLE_TEXT = AfterValidator(printable)


def text(most: int, *, least: int | None = None) -> Any:
    """Return the field of a printable text with this many characters."""
    return Field(min_length=least, max_length=most, json_schema_extra={"pattern": PRINTABLE})


def _integer(value: str) -> int:
    if not DIGITS.fullmatch(value):
        raise PydanticCustomError("int_parsing", "Input should be a whole number, in digits")
    return int(value)


def parse_bool(value: str) -> bool:
    """Parse a boolean in a query."""
    if value not in ("true", "false"):
        raise PydanticCustomError("bool_parsing", "Input should be true or false")
    return value == "true"


def _amount(value: Any) -> Decimal:
    if not (isinstance(value, str) and DECIMAL.fullmatch(value)):
        raise PydanticCustomError(
            "amount_parsing",
            'An amount of money is a string, such as "12.50"; '
            "a JSON number may have been a float on its way",
        )
    if not re.fullmatch(MONEY, value):
        error = AmountOutOfRange(amount=value, places=money.PLACES, limit=str(money.MONEY_MAX))
        raise PydanticCustomError("amount_out_of_range", "{detail}", {"detail": str(error)})
    return money.from_cents(money.cents(Decimal(value)))


def _storable(value: str) -> str:
    if int(value) > ID_MAX:
        raise PydanticCustomError(
            "less_than_equal", "Input should be less than or equal to {limit}", {"limit": ID_MAX}
        )
    return value


# JavaScript cannot represent all 64-bit ids, so ids are strings.
Id = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,18}$")]
# This id is stored, so it must fit into a column. Any other large id is simply not found.
Uid = Annotated[Id, AfterValidator(_storable)]
Reason = Annotated[str, text(REASON_MAX_LENGTH, least=1), PRINTABLE_TEXT]
Money = Annotated[
    Decimal,
    BeforeValidator(_amount),
    WithJsonSchema({"type": "string", "pattern": f"^{MONEY}$"}),
]


class In(BaseModel):
    """A request body: types are never coerced, unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


def without_null(schema: dict[str, Any]) -> None:
    """Remove null from a JSON schema: an optional field is left out instead."""
    for name, field in schema["properties"].items():
        if "anyOf" in field:
            (value,) = (one for one in field.pop("anyOf") if one != {"type": "null"})
            schema["properties"][name] = value | field


class GivenIn(In):
    """A request body whose optional fields are left out, never null."""

    model_config = ConfigDict(json_schema_extra=without_null)

    @field_validator("*", mode="before")
    @classmethod
    def _given(cls, value: Any) -> Any:
        if value is None:
            raise PydanticCustomError("null", "Null is no value; leave it out")
        return value


def _non_empty(schema: dict[str, Any]) -> None:
    schema["minProperties"] = 1
    without_null(schema)


class ChangeIn(GivenIn):
    """A request body of changes; fields that are left out stay as they are."""

    model_config = ConfigDict(json_schema_extra=_non_empty)


class QueryIn(Schema):
    """The query of a URL; unknown names are refused, as in bodies."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _all(cls, _known: Any, info: ValidationInfo) -> dict[str, Any]:
        """Return the whole query: the framework passes on only known names."""
        return dict(info.context["request"].GET.items()) if info.context else {}


class CommandQuery(QueryIn):
    """What every command takes in its query."""

    dry_run: Annotated[
        bool,
        BeforeValidator(parse_bool),
        Field(description="Answer what would happen, and change nothing."),
    ] = False


def _describe_fields(schema: dict[str, Any], query: "type[PageQuery]") -> None:
    without_null(schema)
    name = f"({'|'.join(query.item.model_fields)})"
    schema["properties"]["fields"] = {
        "type": "string",
        "pattern": f"^{name}(,{name})*$",
        "description": "The fields that the items shall have; all of them by default.",
    }


class ReadsPage(Protocol[Row_co]):
    """Returns a page of rows below a place, or from the beginning."""

    def __call__(self, *, limit: int, before: int | None) -> Sequence[Row_co]: ...


class PageQuery(QueryIn):
    """The query of every list; each list has a subclass.

    Attributes:
        item: The schema of the list's items.
    """

    model_config = ConfigDict(json_schema_extra=_describe_fields)
    item: ClassVar[type[Schema]]

    limit: Annotated[int, Field(ge=1, le=cursors.PAGE_MAX), BeforeValidator(_integer)] = 25
    cursor: Annotated[str | None, Field(max_length=200)] = None
    fields: frozenset[str] | None = None

    @field_validator("fields", mode="before")
    @classmethod
    def _known(cls, value: str) -> frozenset[str]:
        known, names = cls.item.model_fields, value.split(",")
        if not known.keys() >= set(names):
            raise PydanticCustomError(
                "fields",
                "Input should be one or more of {known}, with commas between",
                {"known": ",".join(known)},
            )
        return frozenset(names)

    def page(
        self,
        listing: str,
        read: ReadsPage[Row],
        present: Callable[[Row], dict[str, Any]],
        place: Callable[[Row], int] = attrgetter("pk"),
    ) -> dict[str, Any]:
        """Return a page of a listing.

        Args:
            place: Returns a row's place in the listing's order.

        Raises:
            Malformed: The cursor is not from this listing.
        """
        before = None if self.cursor is None else cursors.decode(self.cursor, listing)
        # One row more means that another page follows.
        found = read(limit=self.limit + 1, before=before)
        shown = found[: self.limit]
        items = [present(row) for row in shown]
        if self.fields is not None:
            items = [{name: item[name] for name in self.fields} for item in items]
        more = len(found) > self.limit
        return {"items": items, "next": cursors.encode(listing, place(shown[-1])) if more else None}


def page_of(item: type[Schema], title: str) -> Any:
    """Return the schema of a page, whose items have all fields or those requested.

    Args:
        title: The plural of the items' name.
    """
    fields: dict[str, Any] = {
        name: (field.annotation, None) for name, field in item.model_fields.items()
    }
    partial = create_model(
        f"Partial{item.__name__}", __base__=Schema, __doc__=item.__doc__, **fields
    )
    whole, some = _page(item, title), _page(partial, f"{title}, with some of the fields")
    return Annotated[whole | some, Field(union_mode="left_to_right")]


def _page(item: Any, title: str) -> Any:
    return create_model(
        f"{item.__name__.removesuffix('Out')}Page",
        __base__=Schema,
        __doc__=f"A page of {title}; the newest first.",
        items=list[item],
        next=str | None,
    )
