"""Ways in which a file of a model is damaged; each takes its path."""

import json


def garbage(path):
    path.write_bytes(b"\x00" * path.stat().st_size)


def lost(size, byte=b"\x00"):
    """Overwrite a stretch of the weights, as a lost block of the disk would: the file stays as long as it was."""

    def damage(path):
        with path.open("r+b") as handle:
            handle.seek(path.stat().st_size * 3 // 4)
            handle.write(byte * size)

    return damage


def rewritten(change):
    def damage(path):
        path.write_text(json.dumps(change(json.loads(path.read_text(encoding="utf-8")))), encoding="utf-8")

    return damage
