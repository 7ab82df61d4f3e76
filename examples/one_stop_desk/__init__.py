"""The one-stop desk (*một cửa*): a small real application; README.md beside this file tells it."""
