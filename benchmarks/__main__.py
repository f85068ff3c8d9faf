"""`python -m benchmarks [startup|keys|durable|codebook ...]`, from the repository's root."""

import sys

from benchmarks import codebook, durable, importing, keys, startup

_ALL = {"startup": startup.run, "keys": keys.run, "durable": durable.run, "codebook": codebook.run,
        "importing": importing.run}

for name in sys.argv[1:] or _ALL:
    if name not in _ALL:
        sys.exit(f"There is no benchmark {name!r}; there are: {', '.join(_ALL)}.")
    print(f"== {name}")
    _ALL[name]()
