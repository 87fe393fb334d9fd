"""The lines that `cargo xtask interop` and a driver exchange: a verb and key=value, with tabs; then ok, no or cannot."""

import sys


class Cannot(Exception):
    """The library has nothing for the job."""


def serve(version, verbs):
    for line in sys.stdin:
        verb, *pairs = line.rstrip("\n").split("\t")
        fields = dict(pair.split("=", 1) for pair in pairs)
        try:
            if verb == "version":
                print(f"ok\t{version}", flush=True)
                continue
            if verb not in verbs:
                raise Cannot(f"no verb {verb}")
            octets = verbs[verb](fields)
            with open(fields["out"], "wb") as out:
                out.write(octets)
            print("ok\t", flush=True)
        except Cannot as why:
            print(f"cannot\t{why}", flush=True)
        except BaseException as error:  # A driver answers whatever happens, panics of Rust included.
            text = " ".join(f"{type(error).__name__}: {error}".split())
            print(f"no\t{text[:1000]}", flush=True)


def read(fields, name):
    with open(fields[name], "rb") as file:
        return file.read()
