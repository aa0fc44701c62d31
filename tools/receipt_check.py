#!/usr/bin/env python3
"""A second reader of receipts, written from doc/manual/receipts.md and sharing nothing with the program.

receipt_check.py FILE ...      checks the hashes, the id, the seal and the plain arithmetic of receipts, and proofs
receipt_check.py --make DIR    writes the test vectors of test/cases/receipt from texts given below

Standard library only: BLAKE2b is hashlib's, Ed25519 is RFC 8032, section 5.1, in integers.

SPDX-License-Identifier: Apache-2.0
"""
import hashlib
import json
import os
import sys


def blake(data):
    return hashlib.blake2b(data, digest_size=32).digest()


# ---- the tree of RFC 6962 -------------------------------------------------------------------------

def leaf(data):
    return blake(b"\0" + data)


def root(leaves):
    if not leaves:
        return blake(b"")
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return blake(b"\1" + root(leaves[:half]) + root(leaves[half:]))


def root_by_path(at, index, count, path):
    """RFC 9162, section 2.1.3.2; None where the path does not fit."""
    if index >= count:
        return None
    last = count - 1
    for other in path:
        if last == 0:
            return None
        if index & 1 or index == last:
            at = blake(b"\1" + other + at)
            while not index & 1 and index:
                index >>= 1
                last >>= 1
        else:
            at = blake(b"\1" + at + other)
        index >>= 1
        last >>= 1
    return at if last == 0 else None


# ---- Ed25519 --------------------------------------------------------------------------------------

P = 2 ** 255 - 19
Q = 2 ** 252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)


def sha512(data):
    return int.from_bytes(hashlib.sha512(data).digest(), "little")


def point_add(a, b):
    x = (a[1] - a[0]) * (b[1] - b[0]) % P
    y = (a[1] + a[0]) * (b[1] + b[0]) % P
    z = 2 * a[3] * b[3] * D % P
    w = 2 * a[2] * b[2] % P
    e, f, g, h = y - x, w - z, w + z, y + x
    return e * f % P, g * h % P, f * g % P, e * h % P


def point_times(n, a):
    total = (0, 1, 1, 0)
    while n:
        if n & 1:
            total = point_add(total, a)
        a = point_add(a, a)
        n >>= 1
    return total


def recover_x(y, sign):
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * SQRT_M1 % P
    if (x * x - x2) % P:
        return None
    return P - x if x & 1 != sign else x


def base_point():
    y = 4 * pow(5, P - 2, P) % P
    x = recover_x(y, 0)
    return x, y, 1, x * y % P


def compress(a):
    z = pow(a[2], P - 2, P)
    x, y = a[0] * z % P, a[1] * z % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def decompress(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def secret_of(seed):
    h = hashlib.sha512(seed).digest()
    a = int.from_bytes(h[:32], "little") & (1 << 254) - 8 | 1 << 254
    return a, h[32:]


def public_of(seed):
    return compress(point_times(secret_of(seed)[0], base_point()))


def sign(seed, message):
    a, prefix = secret_of(seed)
    r = sha512(prefix + message) % Q
    big = compress(point_times(r, base_point()))
    h = sha512(big + public_of(seed) + message) % Q
    return big + ((r + h * a) % Q).to_bytes(32, "little")


def signature_holds(key, message, signature):
    a, r = decompress(key), decompress(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= Q:
        return False
    h = sha512(signature[:32] + key + message) % Q
    return compress(point_times(s, base_point())) == compress(point_add(r, point_times(h, a)))


# ---- lines ----------------------------------------------------------------------------------------

SALTED = ("fact", "absent", "cell")


def blind_of(op, rest, inputs, marks):
    """Of a line with a salt that salt, of any other the blinds of its inputs."""
    if op in SALTED:
        return blake(b"\2" + rest.rsplit("|", 1)[1].encode())
    return blake(b"\2" + b"".join(marks[i - 1][1] if i else bytes(32) for i in inputs))


def result_hash(blind, result):
    return blake(b"\3" + blind + result.encode())


def line_hash(input_root, result, op, count, rest):
    """`rest`: from the bar before the first field on."""
    return blake(b"\4" + input_root + result + f"{op}|{count}{rest}".encode())


def mark_of(text, marks):
    """(hash, blind) of a line; `marks` are those of all lines before it."""
    op, inputs, *rest = text.split("|", 3)
    result, rest = rest[0], "|" + rest[1] if len(rest) > 1 else ""
    inputs = [int(i) for i in inputs.split(",")] if inputs else []
    leaves = [leaf(marks[i - 1][0] if i else b"") for i in inputs]
    blind = blind_of(op, rest, inputs, marks)
    return line_hash(root(leaves), result_hash(blind, result), op, len(inputs), rest), blind


# ---- seals ----------------------------------------------------------------------------------------

def unescaped(field):
    parts = field.split("%")
    return b"".join([parts[0].encode()] + [bytes.fromhex(p[:2]) + p[2:].encode() for p in parts[1:]]).decode()


def check_seal(path, seal, head, receipt_id):
    """`head`: program, pack, as_of, engine of the figure, as its line says them."""
    fields = seal["text"].split("|")
    assert fields[0] == "heng-seal-1" and len(fields) == 13, f"{path}: seal"
    assert fields[4:8] == head, f"{path}: the seal is of another program, pack, day or engine"
    assert signature_holds(bytes.fromhex(fields[12]), seal["text"].encode(),
                           bytes.fromhex(seal["signature"])), f"{path}: signature"
    at = leaf(bytes.fromhex(seal["salt"]) + receipt_id)
    there = root_by_path(at, seal["index"], int(fields[2]), [bytes.fromhex(h) for h in seal["path"]])
    assert there == bytes.fromhex(fields[3]), f"{path}: path to the root of the seal"


def path_of(leaves, index):
    if len(leaves) == 1:
        return []
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    if index < half:
        return path_of(leaves[:half], index) + [root(leaves[half:])]
    return path_of(leaves[half:], index - half) + [root(leaves[:half])]


def convert(value, numerator, denominator):
    if denominator == 1:
        return value * float(numerator)
    if numerator == 1:
        return value / float(denominator)
    return value * float(numerator) / float(denominator)


def reckon(op, fields, inputs):
    """The value, for lines whose inputs are all known; None for lines not reckoned here."""
    if op == "fact" and fields[3] == "value" and fields[2] == "number":
        return convert(float(fields[4]), int(fields[5]), int(fields[6]))
    if op == "cell" and fields[6] == "value":
        return float(fields[7])
    if op == "number":
        return float.fromhex(fields[1])
    if op in ("rule", "read", "receipt") and inputs:
        return inputs[0]
    if op == "given":
        return convert(inputs[0], int(fields[2]), int(fields[3]))
    if op == "convert":
        times, over = float.fromhex(fields[0]), float.fromhex(fields[1])
        return inputs[0] / over if times == 1 and over != 1 else inputs[0] * times / over
    if op == "negate":
        return -inputs[0]
    if op == "add":
        return inputs[0] + inputs[1]
    if op in ("subtract", "less"):
        return inputs[0] - inputs[1]
    if op == "multiply":
        return inputs[0] * inputs[1]
    if op == "divide" and inputs[1] != 0:
        return inputs[0] / inputs[1]
    if op == "sum_of" and fields[:2] == ["0", "0"]:
        total = 0.0
        for value in inputs:
            total += value
        return total
    if op == "product_of" and fields[:2] == ["0", "0"]:
        total = 1.0
        for value in inputs:
            total *= value
        return total
    return None


def check_proof(path, proof):
    op, count, result, rest = proof["line"].split("|", 3)
    assert op in ("fact", "rule", "given", "stands"), f"{path}: line"
    hash_, blind = bytes.fromhex(proof["root"]), bytes.fromhex(proof["blind"])
    hash_ = line_hash(hash_, result_hash(blind, result), op, count, "|" + rest)
    for number, (said, result_hash_, index, count, path_) in enumerate(proof["steps"], 1):
        there = root_by_path(leaf(hash_), index, count, [bytes.fromhex(h) for h in path_])
        assert there, f"{path}: step {number}: path"
        op = said.split("|", 1)[0]
        hash_ = line_hash(there, bytes.fromhex(result_hash_), op, count, said[len(op):])
    op, count, result, rest = proof["total"].split("|", 3)
    assert (op, count) == ("receipt", "1"), f"{path}: total"
    hash_ = line_hash(leaf(hash_), result_hash(bytes.fromhex(proof["total_blind"]), result), op, 1, "|" + rest)
    check_seal(path, proof["seal"], rest.split("|")[4:8], hash_)
    print(f"{path}: {proof['line'].split('|')[3]} is inside {rest.split('|')[1]}, {len(proof['steps'])} steps, sealed")


def check(path):
    with open(path, encoding="utf-8") as file:
        receipt = json.load(file)
    if receipt["format"] == "heng-proof-1":
        check_proof(path, receipt)
    else:
        check_receipt(path, receipt)


def check_receipt(path, receipt):
    assert receipt["format"] == "heng-receipt-1"
    marks, values, reckoned = [], [], 0
    for number, (said, text) in enumerate(receipt["lines"], 1):
        marks.append(mark_of(text, marks))
        assert marks[-1][0].hex() == said, f"{path}: line {number}: hash"
        op, inputs, result, *fields = text.split("|")
        state, value = result.split(" ")[:2]
        before = [values[int(i) - 1] if i != "0" else None for i in inputs.split(",")] if inputs else []
        values.append(float.fromhex(value) if state == "k" else None)
        if state != "k" or None in before:
            continue
        again = reckon(op, fields, before)
        if again is not None:
            reckoned += 1
            assert again.hex() == values[-1].hex(), f"{path}: line {number}: {again.hex()}"
    assert marks[-1][0].hex() == receipt["id"], f"{path}: id"
    if receipt["seal"]:
        check_seal(path, receipt["seal"], receipt["lines"][-1][1].split("|")[7:11], marks[-1][0])
    print(f"{path}: {len(marks)} lines hash, {reckoned} of them reckoned again, "
          f"{'sealed' if receipt['seal'] else 'not sealed'}")


# ---- vectors --------------------------------------------------------------------------------------

# Two firms burn 100 and 250.5 t of coal; 1.9003 t CO2 a t, from a table; 44 kg more are given in kg.
# 0x1.9p+6 is 100; the products and sums below were worked out with float, whose arithmetic is IEEE 754's.
def by_hand():
    one = "0x1p+0"
    zero = "0x0p+0"

    def h(x):
        text = float(x).hex()
        head, exponent = text.split("p")
        if "." in head:
            head = head.rstrip("0").rstrip(".")
        return f"{head}p{exponent}"

    def fact(figure, number, unit, numerator, denominator, salt):
        value = convert(float(number), numerator, denominator)
        to = "t" if unit == "kg" else unit
        return (f"fact||k {h(value)} {one} {one} {zero} {one} {one} 0|{figure}|{to}|number|value|"
                f"{number}|{numerator}|{denominator}|reported|verified|{number}|{unit}|REPORT|2026-01-31||{salt}")

    a, b, c = 100 * 1.9003, 250.5 * 1.9003, 44 / 1000.0
    total = 0.0 + a + b
    more = total + c
    whole = f"{h(3)} {h(3)} {zero} {one} {one} 2"
    return [
        fact("F1/2025/coal", "100", "t", 1, 1, "000102030405060708090a0b0c0d0e0f"),
        fact("F2/2025/coal", "250.5", "t", 1, 1, "101112131415161718191a1b1c1d1e1f"),
        fact("ZJ/2025/other", "44", "kg", 1, 1000, "202122232425262728292a2b2c2d2e2f"),
        f"cell||k {h(1.9003)} {zero} {zero} {one} {one} {one} 1|plant.factor||coal|2021-01||t CO2/t|value|"
        "1.9003|seen|1.9003|t CO2/t|GB %7C 2589|2021-06-01|plant.heng|12||303132333435363738393a3b3c3d3e3f",
        f"multiply|1,4|k {h(a)} {one} {one} {zero} {one} {one} 1",
        f"multiply|2,4|k {h(b)} {one} {one} {zero} {one} {one} 1",
        f"sum_of|5,6|k {h(total)} {h(2)} {h(2)} {zero} {one} {one} 1|0|0|0",
        f"add|7,3|k {h(more)} {h(3)} {h(3)} {zero} {one} {one} 1",
        f"rule|8|k {h(more)} {whole}|ZJ/2025/co2|t CO2|sum(coal * factor over firm) + other|plant.heng|20|"
        "GB/T 32150|draft|2021-01|",
        f"receipt|9|k {h(more)} {whole}|heng-receipt-1|ZJ/2025/co2|t CO2||{'ab' * 32}|example 1|now|0.1.0",
    ]


def write(path, text):
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)


def marks_of(lines):
    marks = []
    for text in lines:
        marks.append(mark_of(text, marks))
    return marks


def seal_of(lines, seed):
    """The figure is the third of five under the seal; the other ids are made up."""
    receipt_id = marks_of(lines)[-1][0]
    ids = [blake(b"first"), blake(b"second"), receipt_id, blake(b"fourth"), blake(b"fifth")]
    secret = bytes(range(32))
    salts = [blake(b"heng-leaf-1" + secret + i) for i in ids]
    leaves = [leaf(s + i) for s, i in zip(salts, ids)]
    head = lines[-1].split("|")[7:11]
    text = "|".join(["heng-seal-1", "7", str(len(ids)), root(leaves).hex(), *head, "2026-03-01T09:30:00Z",
                     blake(b"the list").hex(), blake(b"heng-secret-1" + secret).hex(), bytes(32).hex(),
                     public_of(seed).hex()])
    path = ",".join(f'"{h.hex()}"' for h in path_of(leaves, 2))
    return (f'{{"text":"{text}",\n"signature":"{sign(seed, text.encode()).hex()}",\n'
            f'"salt":"{salts[2].hex()}","index":2,"path":[{path}]}}')


def receipt_text(lines, seal):
    marks = marks_of(lines)
    rows = ",\n".join(f'["{m[0].hex()}","{t}"]' for m, t in zip(marks, lines))
    return (f'{{"format":"heng-receipt-1","lines":[\n{rows}\n],"id":"{marks[-1][0].hex()}",\n'
            f'"seal":{seal or "null"}}}\n')


def proof_text(lines, way, seal):
    """That lines[way[0]] is inside the last line; `way` are the places of the lines between, upwards."""
    marks = marks_of(lines)

    def inputs_of(at):
        return [int(i) for i in lines[at].split("|")[1].split(",") if i]

    def shown(at):
        op, _, rest = lines[at].split("|", 2)
        return f"{op}|{len(inputs_of(at))}|{rest}"

    def leaves_of(at):
        return [leaf(marks[i - 1][0] if i else b"") for i in inputs_of(at)]

    steps = []
    for below, at in zip(way, way[1:]):
        op, _, result, *rest = lines[at].split("|", 3)
        said = "|".join([op] + rest)
        index = inputs_of(at).index(below + 1)
        hashes = ",".join(f'"{h.hex()}"' for h in path_of(leaves_of(at), index))
        steps.append(f'["{said}","{result_hash(marks[at][1], result).hex()}",{index},{len(inputs_of(at))},[{hashes}]]')
    between = ",\n".join(steps)
    return (f'{{"format":"heng-proof-1",\n"line":"{shown(way[0])}",\n'
            f'"root":"{root(leaves_of(way[0])).hex()}","blind":"{marks[way[0]][1].hex()}",\n'
            f'"steps":[\n{between}\n],"total":"{shown(len(lines) - 1)}",\n'
            f'"total_blind":"{marks[-1][1].hex()}",\n"seal":{seal}}}\n')


def make(folder):
    # The seed of RFC 8032, section 7.1, test 1.
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    assert public_of(seed).hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert sign(seed, b"").hex().startswith("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065")
    write(os.path.join(folder, "by_hand.json"), receipt_text(by_hand(), None))
    write(os.path.join(folder, "sealed.json"), receipt_text(by_hand(), seal_of(by_hand(), seed)))
    write(os.path.join(folder, "proof.json"), proof_text(by_hand(), [0, 4, 6, 7, 8], seal_of(by_hand(), seed)))
    rows = ["# leaves \"0\", \"1\", ... | root of the tree, by tools/receipt_check.py"]
    for count in [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 31, 32, 33, 1000]:
        rows.append(f"{count} | {root([leaf(str(i).encode()) for i in range(count)]).hex()}")
    write(os.path.join(folder, "merkle.txt"), "\n".join(rows) + "\n")
    numbers = [0.0, -0.0, 1.0, -1.0, 0.1, 1 / 3, 100.0, 190.03, 1e300, 5e-324, -2.2250738585072014e-308,
               2.2250738585072009e-308, 1.7976931348623157e308, 4503599627370497.5, 2.0 ** -1022]
    rows = ["# decimal | exact, from float.hex of Python with its zeros trimmed"]
    for x in numbers:
        head, exponent = x.hex().split("p")
        if "." in head:
            head = head.rstrip("0").rstrip(".")
        rows.append(f"{x!r} | {head}p{exponent}")
    write(os.path.join(folder, "hexfloat.txt"), "\n".join(rows) + "\n")


def main(arguments):
    if len(arguments) == 2 and arguments[0] == "--make":
        make(arguments[1])
    else:
        for path in arguments:
            check(path)


if __name__ == "__main__":
    main(sys.argv[1:])
