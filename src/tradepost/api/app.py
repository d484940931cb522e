"""The REST API: its routers and its exception handlers."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from django.views.decorators.http import require_safe
from ninja import NinjaAPI, Swagger
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from tradepost import __version__
from tradepost.api import openapi, problems, receipts, rights
from tradepost.api.body import StrictParser
from tradepost.api.shop import customers, orders, products
from tradepost.api.trading import players, trades
from tradepost.errors import TradepostError

ROUTERS = (
    players.router,
    trades.router,
    customers.router,
    products.router,
    orders.router,
    receipts.router,
)


class Api(NinjaAPI):
    """The API, with our own components in its OpenAPI document."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        document = super().get_openapi_schema(**options)
        for kind, components in openapi.COMPONENTS.items():
            document["components"].setdefault(kind, {}).update(components)
        document["security"] = openapi.SECURITY
        return document

    def _get_urls(self) -> list[URLPattern | URLResolver]:
        """Return the routes, each with the rights that its operations declare."""
        found = super()._get_urls()
        rights.declare(found, ROUTERS)
        return found

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Return an operation's name in generated clients."""
        return operation.view_func.__name__


api = Api(
    title="Tradepost",
    version=__version__,
    description="Players trade goods for coins, and customers order products. "
    "No coin and no item is ever lost, doubled or oversold.",
    parser=StrictParser(),
    # The page does not send the document to an online validator.
    docs=Swagger(settings={"validatorUrl": None}),
    docs_decorator=require_safe,
    urls_namespace="api",
)
for router in ROUTERS:
    api.add_router("/v1", router)


def _answer(request: HttpRequest, error: Any) -> HttpResponse:
    return problems.refused(error)


for kind in (TradepostError, ValidationError, HttpError, Exception):
    api.add_exception_handler(kind, _answer)


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, _error: Http404) -> HttpResponse:
    return problems.not_found(request)
