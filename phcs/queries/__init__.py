"""Questions: session in, frozen dataclasses out. Nothing here changes anything."""
