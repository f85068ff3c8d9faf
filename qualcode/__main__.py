"""`python -m qualcode` and the `qualcode` command."""

import sys


def main() -> None:
    from qualcode.cli.crash import keep_words_out_of_reports
    from qualcode.cli.main import run

    keep_words_out_of_reports()
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
