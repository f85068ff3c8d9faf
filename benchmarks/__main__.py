"""`python -m benchmarks [startup|keys|durable|codebook|importing|correcting ...]`, from the repository's root."""

import sys

from benchmarks import codebook, correcting, durable, importing, keys, startup

_ALL = {
    "startup": startup.run,
    "keys": keys.run,
    "durable": durable.run,
    "codebook": codebook.run,
    "importing": importing.run,
    "correcting": correcting.run,
}

for name in sys.argv[1:] or _ALL:
    if name not in _ALL:
        sys.exit(f"There is no benchmark {name!r}; there are: {', '.join(_ALL)}.")
    print(f"== {name}")
    _ALL[name]()
