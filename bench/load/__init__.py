"""The load client: one process, keep-alive connections in a closed loop, every answer checked."""
