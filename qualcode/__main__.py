"""`python -m qualcode` and the `qualcode` command."""

import sys


def main() -> None:
    from qualcode.cli.main import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
