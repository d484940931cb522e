"""Settings, URLs, WSGI: the one place that sees everything."""
