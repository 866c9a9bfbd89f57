"""``python -m paradiplomacy``."""

from .cli import main

main()
