"""How the documentation is built: `make docs`."""  # noqa: INP001

project = "Tradepost"
author = "Tradepost's contributors"
extensions = ["myst_parser"]
exclude_patterns = ["openapi.json"]
myst_enable_extensions = ["colon_fence"]
# Links to headings are checked, too.
myst_heading_anchors = 3
nitpicky = True

html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["docs.css"]
html_title = "Tradepost"
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False
highlight_language = "none"
