"""`python -m benchmarks [startup|keys|durable|codebook|importing|correcting|comparing ...]`, from the repository's root."""

import sys

from benchmarks import codebook, comparing, correcting, durable, importing, keys, startup

_ALL = {
    "startup": startup.run,
    "keys": keys.run,
    "durable": durable.run,
    "codebook": codebook.run,
    "importing": importing.run,
    "correcting": correcting.run,
    "comparing": lambda: comparing.run(sizes),
}

sizes = [word for word in sys.argv[1:] if word in ("S", "M", "L")]
for name in [word for word in sys.argv[1:] if word not in sizes] or _ALL:
    if name not in _ALL:
        sys.exit(f"There is no benchmark {name!r}; there are: {', '.join(_ALL)}.")
    print(f"== {name}")
    _ALL[name]()
