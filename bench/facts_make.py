"""bench/facts_make.py: ten million facts as raw little-endian columns, and what they must come to.

The formula of every number is in bench/README.md; the columns are the same bytes for each peer. The reference is
numpy's, in float64, carrier after carrier in their order.

facts_make.py FOLDER

SPDX-License-Identifier: Apache-2.0
"""
import os, sys
import numpy as np

UNITS, CARRIERS, MONTHS, REGIONS, INDUSTRIES = 17000, 24, 25, 31, 40
SEED_CELL, SEED_UNIT = 20210716, 20240802


def splitmix64(seed, at):
    """The (at + 1)th number of the generator splitmix64 started with this seed."""
    z = np.uint64(seed) + (at.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def bits(z, start, count):
    return (z >> np.uint64(start)) & np.uint64((1 << count) - 1)


def make():
    carrier = np.arange(CARRIERS)
    factor = 0.30 + 0.03 * carrier
    oxidation = 0.90 + 0.004 * carrier
    z = splitmix64(SEED_CELL, np.arange(UNITS * CARRIERS * MONTHS)).reshape(UNITS, CARRIERS, MONTHS)
    kind = bits(z, 0, 10)
    state = np.where(kind < 20, 0, np.where(kind < 92, 2, 1)).astype(np.uint8)
    amount = (bits(z, 20, 20) + np.uint64(1)).astype(np.float64) / 64
    amount[state == 2] = 0
    amount[state == 0] = np.nan
    tested = factor[:, None] * (0.8 + 0.4 * (bits(z, 40, 16).astype(np.float64) / 65536))
    tested[(state != 1) | (bits(z, 10, 10) >= 51)] = np.nan
    unit = splitmix64(SEED_UNIT, np.arange(UNITS))
    region = (unit % np.uint64(REGIONS)).astype(np.uint8)
    industry = ((unit >> np.uint64(32)) % np.uint64(INDUSTRIES)).astype(np.uint8)
    return dict(factor=factor, oxidation=oxidation, state=state, amount=amount, tested=tested, region=region,
                industry=industry)


def reference(c):
    part, have, want = (np.zeros((UNITS, MONTHS)) for _ in range(3))
    for k in range(CARRIERS):
        amount, tested = c["amount"][:, k], c["tested"][:, k]
        own = ~np.isnan(tested)
        product = amount * np.where(own, tested, c["factor"][k]) * c["oxidation"][k] * (44 / 12)
        part += np.where(np.isnan(amount), 0, product)
        have += ~np.isnan(amount) + own.astype(float)
        want += 1 + own.astype(float)
    group = c["region"].astype(int) * INDUSTRIES + c["industry"]
    rolled = []
    for column in (part, have, want):
        sums = np.zeros((REGIONS * INDUSTRIES, MONTHS))
        for u in range(UNITS):
            sums[group[u]] += column[u]
        rolled.append(sums)
    assert np.bincount(group, minlength=REGIONS * INDUSTRIES).min() > 0
    return dict(unit_part=part, unit_have=have.astype(np.int32), unit_want=want.astype(np.int32), part=rolled[0],
                have=rolled[1].astype(np.int32), want=rolled[2].astype(np.int32))


if __name__ == "__main__":
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    columns = make()
    columns.update(reference(columns))
    for name, values in columns.items():
        type_name = {"float64": "f64", "uint8": "u8", "int32": "i32"}[values.dtype.name]
        values.astype(values.dtype.newbyteorder("<")).tofile(os.path.join(folder, f"{name}.{type_name}"))
    open(os.path.join(folder, "made"), "w").close()
