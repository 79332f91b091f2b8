#!/usr/bin/env python3
"""Verifies an export of Bulkhead's audit trail: python3 verify-audit.py audit.ndjson [<id>:<hash>]

The second argument is a head of the chain that was kept elsewhere; without it nothing shows that entries are missing at
the end. Ends with 0 when every entry is as it was recorded, with 1 when not, with 2 for wrong arguments.

Where entries before the first one have ended, it says with which key that was signed: whose key that is you have to know, as
`bulkhead audit head` showed it as `public_key`.

It shares no code with Bulkhead and needs Python 3.9 or newer and nothing else.

Limits of its canonical JSON (RFC 8785). Numbers are hashed as they are written in the export, which is how JavaScript
prints them and therefore how RFC 8785 does; an export whose numbers another program has written anew (1.0 for 1) is
refused. Characters that are half of a surrogate pair have no canonical JSON and are refused. Blanks between the parts of
a line, and the order of names in it, are no part of what is hashed and are not looked at.
"""

import hashlib
import json
import re
import sys

ENTRY = {
    "chain", "id", "uid", "type", "created_at", "space_id", "folder_id", "file_id", "subject", "actor", "acting_as",
    "request_id", "outcome", "details", "previous_hash", "hash",
}
GENESIS = "00" * 32
CHECKPOINT = {"format", "chain", "id", "hash", "created_at", "public_key", "signature"}


class Number(str):
    """A number as it is written."""


class Broken(Exception):
    pass


def main(arguments):
    if len(arguments) not in (1, 2):
        print(__doc__, file=sys.stderr)
        return 2
    kept = None
    if len(arguments) == 2:
        match = re.fullmatch(r"([0-9]{1,15}):([0-9a-f]{64})", arguments[1])
        if not match:
            print("A head is <id>:<hash>.", file=sys.stderr)
            return 2
        kept = (int(match[1]), match[2])
    try:
        with open(arguments[0], "rb") as file:
            count, begin, end, signed_by = verify(file, kept)
    except OSError as error:
        print(error, file=sys.stderr)
        return 2
    except Broken as error:
        print(f"BROKEN: {error}", file=sys.stderr)
        return 1
    print(f"{count} entries, unbroken from {begin + 1} to {end}" if count else f"0 entries after {begin}")
    if signed_by:
        print(f"what came before has ended, and that is signed with the key {signed_by}")
    return 0


def verify(lines, kept):
    """Follows the chain from the first line to the last; says what is wrong first."""
    first = parse(next(iter(lines), b""), "the first line")
    if set(first) - {"checkpoint"} != {"format", "chain", "after"} or first["format"] != "bulkhead-audit-1":
        raise Broken("this is no export of an audit trail")
    begin, last_hash = head_of(first["after"], "the first line")
    signed_by = signer_of(first["checkpoint"], first) if "checkpoint" in first else None
    if begin == 0 and last_hash != GENESIS:
        raise Broken("a chain begins with 32 bytes of zero")
    if kept and kept[0] < begin:
        raise Broken(f"the export begins after {begin}, and says nothing of {kept[0]}")
    last, count, is_whole = begin, 0, False
    check_kept(kept, last, last_hash)
    for line in lines:
        if is_whole:
            raise Broken(f"something comes after the last line, behind entry {last}")
        value = parse(line, f"the line after entry {last}")
        if set(value) == {"head"}:
            if head_of(value["head"], "the last line") != (last, last_hash):
                raise Broken(f"the last line names another end than entry {last}")
            is_whole = True
            continue
        last, last_hash = follow(value, first["chain"], last, last_hash)
        check_kept(kept, last, last_hash)
        count += 1
    if not is_whole:
        raise Broken(f"the last line is missing: the export was cut off after entry {last}")
    if kept and kept[0] > last:
        raise Broken(f"the export ends at {last}, and entry {kept[0]} was known")
    return count, begin, last, signed_by


def follow(entry, chain, last, last_hash):
    """Checks one entry against the one before it."""
    name = f"the line after entry {last}"
    if set(entry) != ENTRY:
        raise Broken(f"{name} is not an entry")
    if entry["chain"] != chain:
        raise Broken(f"{name} is of another chain")
    if not isinstance(entry["id"], Number) or entry["id"] != str(last + 1):
        raise Broken(f"{name} is not entry {last + 1}")
    if entry["previous_hash"] != last_hash:
        raise Broken(f"entry {last + 1} is not tied to the one before it")
    hashed = {field: value for field, value in entry.items() if field != "hash"}
    hashed["details"] = {piece: commitment(detail, last + 1) for piece, detail in pieces(entry, last + 1)}
    if hashlib.sha256(canonical(hashed)).hexdigest() != entry["hash"]:
        raise Broken(f"entry {last + 1} was changed after it was recorded")
    return last + 1, entry["hash"]


def pieces(entry, number):
    if not isinstance(entry["details"], dict):
        raise Broken(f"entry {number} has no details")
    return entry["details"].items()


def commitment(detail, number):
    """SHA-256 over the bytes of the salt and the canonical JSON of the value, or what is left of a value taken out."""
    if isinstance(detail, dict) and set(detail) == {"commitment"}:
        if matches(r"[0-9a-f]{64}", detail["commitment"]):
            return detail["commitment"]
    if isinstance(detail, dict) and set(detail) == {"salt", "value"}:
        # A salt of another length could hide bytes of the value.
        if matches(r"[0-9a-f]{32}", detail["salt"]):
            return hashlib.sha256(bytes.fromhex(detail["salt"]) + canonical(detail["value"])).hexdigest()
    raise Broken(f"entry {number} has a detail that is none")


def head_of(head, name):
    if isinstance(head, dict) and set(head) == {"id", "hash"}:
        is_number = isinstance(head["id"], Number) and re.fullmatch(r"[0-9]{1,16}", head["id"])
        if is_number and matches(r"[0-9a-f]{64}", head["hash"]):
            return int(head["id"]), head["hash"]
    raise Broken(f"{name} names no head")


def signer_of(checkpoint, first):
    """The key that signed that everything up to the beginning of the export has ended."""
    if not isinstance(checkpoint, dict) or set(checkpoint) != CHECKPOINT or checkpoint["format"] != "bulkhead-checkpoint-1":
        raise Broken("the first line has a checkpoint that is none")
    if checkpoint["chain"] != first["chain"] or {name: checkpoint[name] for name in ("id", "hash")} != first["after"]:
        raise Broken("the checkpoint is of another place than where the export begins")
    key, signature = checkpoint["public_key"], checkpoint["signature"]
    if not matches(r"[0-9a-f]{64}", key) or not matches(r"[0-9a-f]{128}", signature):
        raise Broken("the checkpoint has no signature")
    message = canonical({name: value for name, value in checkpoint.items() if name != "signature"})
    if not is_signed(bytes.fromhex(key), bytes.fromhex(signature), message):
        raise Broken("the checkpoint is not what was signed")
    return key


# Ed25519 as RFC 8032 defines it in section 5.1: slow, and fast enough for one signature.
PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE = -121665 * pow(121666, -1, PRIME) % PRIME


def is_signed(key, signature, message):
    public, commitment_point = point_of(key), point_of(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if public is None or commitment_point is None or scalar >= ORDER:
        return False
    base = point_of((4 * pow(5, -1, PRIME) % PRIME).to_bytes(32, "little"))
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ORDER
    return multiply(scalar, base) == add(commitment_point, multiply(challenge, public))


def point_of(encoded):
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    square = (y * y - 1) * pow(CURVE * y * y + 1, -1, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if x * x % PRIME != square:
        x = x * pow(2, (PRIME - 1) // 4, PRIME) % PRIME
    if y >= PRIME or x * x % PRIME != square or (x == 0 and sign):
        return None
    return (x if x & 1 == sign else PRIME - x), y


def add(one, other):
    (x1, y1), (x2, y2) = one, other
    product = CURVE * x1 * x2 * y1 * y2
    x = (x1 * y2 + x2 * y1) * pow(1 + product, -1, PRIME)
    y = (y1 * y2 + x1 * x2) * pow(1 - product, -1, PRIME)
    return x % PRIME, y % PRIME


def multiply(scalar, point):
    total = (0, 1)
    while scalar:
        if scalar & 1:
            total = add(total, point)
        point, scalar = add(point, point), scalar >> 1
    return total


def check_kept(kept, number, digest):
    if kept and kept[0] == number and kept[1] != digest:
        raise Broken(f"entry {number} has another hash than the one kept elsewhere")


def matches(pattern, value):
    return type(value) is str and re.fullmatch(pattern, value) is not None


def parse(line, name):
    try:
        value = json.loads(
            line.decode("utf-8"),
            parse_int=Number,
            parse_float=Number,
            parse_constant=refuse,
            object_pairs_hook=unique,
        )
    except (ValueError, RecursionError):
        raise Broken(f"{name} is no JSON") from None
    if not isinstance(value, dict):
        raise Broken(f"{name} is no JSON object")
    return value


def refuse(constant):
    raise ValueError(constant)


def unique(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name that is there twice")
    return found


def canonical(value):
    try:
        return text_of(value).encode("utf-8")
    except UnicodeEncodeError:
        raise Broken("half of a surrogate pair has no canonical JSON") from None


def text_of(value):
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        # By UTF-16 code units, as JavaScript sorts: U+1F600 comes before U+FB33.
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{text_of(name)}:{text_of(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(text_of, value)) + "]"
    # Texts, true, false and null: Python escapes what RFC 8785 escapes, and in the same way.
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
