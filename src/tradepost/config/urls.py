"""Every route."""

from django.urls import include, path

# It registers what the back office shows.
import tradepost.backoffice.admin  # noqa: F401
from tradepost.api import health
from tradepost.api.app import api
from tradepost.backoffice.site import site

urlpatterns = [
    path("livez", health.live_view),
    path("readyz", health.ready_view),
    path("api/", api.urls),
    path("", include("tradepost.api.tutorials.players")),
    path("", include("tradepost.api.tutorials.customers")),
    path("", include("tradepost.api.tutorials.products")),
    path("", include("tradepost.api.tutorials.orders")),
    path("", include("tradepost.web.urls")),
    path("backoffice/", site.urls),
]
handler400 = "tradepost.config.faults.bad_request"
handler403 = "tradepost.config.faults.forbidden"
handler404 = "tradepost.config.faults.not_found"
handler500 = "tradepost.config.faults.server_error"
