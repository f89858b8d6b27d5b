"""`python -m phcs`: everything on this machine."""

from phcs.embedded.supervisor import main

raise SystemExit(main())
