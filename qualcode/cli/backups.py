"""Commands that keep a project in one file and bring it back."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from qualcode.cli.output import talk, tell_progress
from qualcode.core.how_many import how_many
from qualcode.core.visible import visible
from qualcode.exchange.backup.listing import Contents
from qualcode.files.folder import find_project


def backup(args: Namespace) -> None:
    if args.verify:
        from qualcode.session.restoring import verify

        contents = verify(Path(args.file), identity=args.identity, progress=tell_progress("Comparing"))
        print(visible(f"{args.file} is whole: {_told(contents)}, saved {contents.made}."))
        return
    from qualcode.exchange.backup.encrypting import encryption_by_passphrase, encryption_to
    from qualcode.session.backups import back_up

    folder = find_project(args.project)
    encryption = encryption_to(args.encrypt_to) if args.encrypt_to else None
    encryption = encryption_by_passphrase() if args.passphrase else encryption
    saved = back_up(
        folder, Path(args.file), encryption=encryption, replace=args.replace, progress=tell_progress("Saving")
    )
    for name in saved.left_out[:10]:
        talk(f"Left out: {name}, which is a link or no file.")
    if len(saved.left_out) > 10:
        talk(f"And {len(saved.left_out) - 10:,} more.")
    if (folder.root / ".git").exists():
        talk("The history that git keeps is not in it: git clone copies that.")
    how = "read back, every hash as it should be" if saved.was_opened else "encrypted, and its bytes read back"
    print(visible(f"Saved {_told(saved.contents)} in {args.file}: {how}."))
    if not saved.was_opened:
        talk("Only your key can tell that it opens: qualcode backup --verify FILE tries.")


def restore(args: Namespace) -> None:
    from qualcode.cli.start import tell_access
    from qualcode.session.restoring import restore as restore_project

    target = Path(args.dir)
    contents = restore_project(
        Path(args.file), target, shared=args.shared, identity=args.identity, progress=tell_progress("Restoring")
    )
    tell_access(target, shared=args.shared)
    print(
        visible(
            f"Restored {_told(contents)} to {args.dir}, as they were on {contents.made}. Next: qualcode -p {args.dir} check"
        )
    )


def _told(contents: Contents) -> str:
    return f"{how_many(len(contents.entries), 'file', form=',')} ({contents.size / 1e6:,.1f} MB)"
