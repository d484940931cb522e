"""Private database servers, each with its own data folder and port; they end with this process.

from tools.servers import postgresql

if reason := postgresql.unavailable():
    print(reason)
with postgresql.start() as server:
    print(server.url)
"""

from tools.servers.process import ServerError
from tools.servers.server import Server, TlsFiles

__all__ = ["Server", "ServerError", "TlsFiles"]
