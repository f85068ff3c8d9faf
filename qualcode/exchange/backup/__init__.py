"""A project in one file: a gzipped tar archive that begins with a list of what it holds, with the SHA-256 of each file.

    qualcode-backup.jsonl     one JSON object a line: {"qualcode_backup": 1, ...}, then {"path", "size", "sha256", "mtime_ns"} a file
    project/...               the files in that order, and nothing else

`tar` opens it too. Since the list comes first, whoever reads it knows how much may come, and under which names.
"""
