"""Todo lists with a chat assistant: the HTTP API."""
