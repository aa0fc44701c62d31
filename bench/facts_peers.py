"""bench/facts_peers.py: DuckDB, pandas and numpy reckon the ten million facts of bench/facts.

Each has its data in memory, in its own best layout, before the clock starts; the clock stops when the results of both
levels stand in memory, or in a table. What each gives is compared with the reference that facts_make.py wrote.

facts_peers.py FOLDER [RUNS]: also writes FOLDER/peers.txt, a line a peer: name, least seconds, median seconds.

SPDX-License-Identifier: Apache-2.0
"""
import os, statistics, sys, time
from concurrent.futures import ThreadPoolExecutor
import numpy as np
import pandas as pd
from duck import Duck
from facts_make import CARRIERS, INDUSTRIES, MONTHS, REGIONS, UNITS

THREADS = 2
folder, runs = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 7
report = open(os.path.join(folder, "peers.txt"), "w")


def column(name, *shape):
    kind = name.rsplit(".", 1)[1]
    values = np.fromfile(os.path.join(folder, name), {"f64": "<f8", "u8": "u1", "i32": "<i4"}[kind])
    return values.reshape(shape) if shape else values


amount, tested = (column(n + ".f64", UNITS, CARRIERS, MONTHS) for n in ("amount", "tested"))
region, industry = column("region.u8"), column("industry.u8")
factor, oxidation = column("factor.f64"), column("oxidation.f64")
units = [column("unit_part.f64"), column("unit_have.i32"), column("unit_want.i32")]
groups = [column("part.f64"), column("have.i32"), column("want.i32")]


def measure(name, work, results):
    """results(): the six columns of the last run, in the order of the reference."""
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        kept = work()
        seconds.append(time.perf_counter() - start)
    got = [np.asarray(c).reshape(-1) for c in results(kept)]
    off = [float(np.max(np.abs(g - w))) for g, w in zip(got, units + groups)]
    relative = max(float(np.max(np.abs(got[i] - w) / np.maximum(w, 1))) for i, w in ((0, units[0]), (3, groups[0])))
    median = statistics.median(seconds)
    print(f"{name:22s} {min(seconds) * 1e3:8.1f} ms least, {median * 1e3:8.1f} median of {runs};"
          f" sums {got[0].sum():.3f} {int(got[1].sum())} {int(got[2].sum())};"
          f" off by at most {off[0]:.1e} and {off[3]:.1e} t ({relative:.0e}), have and want by"
          f" {int(max(off[1], off[2], off[4], off[5]))}", flush=True)
    if relative > 1e-12 or max(off[1], off[2], off[4], off[5]):
        sys.exit(f"{name}: differs from the reference")
    report.write(f"{name}\t{min(seconds)}\t{median}\n")
    return min(seconds)


# ---- DuckDB --------------------------------------------------------------------------------------------------------
ROLL_UP = """CREATE OR REPLACE TABLE roll_up AS
SELECT region, industry, month, sum(part) AS part, sum(have)::INTEGER AS have, sum(want)::INTEGER AS want
FROM unit_month JOIN unit USING (unit) GROUP BY region, industry, month"""
LONG = """CREATE OR REPLACE TABLE unit_month AS
SELECT unit, month, coalesce(sum(amount * coalesce(tested, factor) * oxidation * (44e0 / 12e0)), 0e0) AS part,
(count(amount) + count(tested))::INTEGER AS have, (count(*) + count(tested))::INTEGER AS want
FROM fact JOIN carrier USING (carrier) GROUP BY unit, month"""


def wide_sql():
    number = lambda x: f"{float(x)!r}e0"
    carriers = range(CARRIERS)
    part = " + ".join(f"CASE WHEN a{k} IS NULL THEN 0e0"
                      f" WHEN t{k} IS NULL THEN a{k} * {number(factor[k] * oxidation[k] * (44 / 12))}"
                      f" ELSE a{k} * t{k} * {number(oxidation[k] * (44 / 12))} END" for k in carriers)
    own, found = (" + ".join(f"CASE WHEN {c}{k} IS NULL THEN 0::TINYINT ELSE 1::TINYINT END" for k in carriers)
                  for c in "ta")
    return (f"CREATE OR REPLACE TABLE unit_month AS SELECT unit, month, part, (found + own)::INTEGER AS have,"
            f" ({CARRIERS} + own)::INTEGER AS want"
            f" FROM (SELECT unit, month, {part} AS part, {found} AS found, {own} AS own FROM fact)")


def duckdb(name, fact, sql):
    duck = Duck(THREADS)
    duck.load("fact", fact)
    duck.load("carrier", dict(carrier=np.arange(CARRIERS, dtype=np.uint8), factor=factor, oxidation=oxidation))
    duck.load("unit", dict(unit=np.arange(UNITS, dtype=np.uint16), region=region, industry=industry))

    def work():
        duck.run(sql)
        duck.run(ROLL_UP)

    def results(_):
        return (duck.read("SELECT part, have, want FROM unit_month ORDER BY unit, month", ["f8", "i4", "i4"]) +
                duck.read("SELECT part, have, want FROM roll_up ORDER BY region, industry, month", ["f8", "i4", "i4"]))

    return measure(name, work, results)


unit_of, carrier_of, month_of = np.unravel_index(np.arange(amount.size), amount.shape)
long = dict(unit=unit_of.astype(np.uint16), carrier=carrier_of.astype(np.uint8), month=month_of.astype(np.uint8),
            amount=amount.reshape(-1), tested=tested.reshape(-1))
wide = dict(unit=np.repeat(np.arange(UNITS, dtype=np.uint16), MONTHS), month=np.tile(np.arange(MONTHS, dtype=np.uint8), UNITS))
for k in range(CARRIERS):
    wide[f"a{k}"], wide[f"t{k}"] = amount[:, k].reshape(-1), tested[:, k].reshape(-1)
duckdb("duckdb, long", long, LONG)
duckdb("duckdb, wide", wide, wide_sql())

# ---- pandas --------------------------------------------------------------------------------------------------------
frame = pd.DataFrame(long)
unit_frame = pd.DataFrame(dict(region=region, industry=industry))
del unit_of, carrier_of, month_of, wide


def pandas_work():
    carrier = frame["carrier"].to_numpy()
    facts = pd.DataFrame({"unit": frame["unit"], "month": frame["month"]})
    facts["part"] = (frame["amount"] * frame["tested"].fillna(pd.Series(factor[carrier])) * oxidation[carrier] *
                     (44 / 12))
    own = frame["tested"].notna().astype("i4")
    facts["have"], facts["want"] = frame["amount"].notna() + own, 1 + own
    by_unit = facts.groupby(["unit", "month"], sort=True).sum()
    joined = by_unit.reset_index().join(unit_frame, on="unit")
    return by_unit, joined.groupby(["region", "industry", "month"], sort=True)[["part", "have", "want"]].sum()


def of_frames(kept):
    return [frame_[c].to_numpy() for frame_ in kept for c in ("part", "have", "want")]


measure("pandas, long", pandas_work, of_frames)
del frame, long

# ---- numpy: dense, in blocks that fit the cache, on two threads ------------------------------------------------------
BLOCK = 170
part, have, want = np.empty((UNITS, MONTHS)), *(np.empty((UNITS, MONTHS), np.int32) for _ in range(2))
scale = (oxidation * (44 / 12))[:, None]


def block(first):
    at = slice(first, min(first + BLOCK, UNITS))
    a, t = amount[at], tested[at]
    default, missing = np.isnan(t), np.isnan(a)
    x = np.where(default, factor[:, None], t)
    x *= a
    x *= scale
    np.copyto(x, 0, where=missing)
    x.sum(axis=1, out=part[at])
    own = CARRIERS - default.sum(axis=1, dtype=np.uint8)
    np.add(own, CARRIERS, out=want[at])
    np.subtract(want[at], missing.sum(axis=1, dtype=np.uint8), out=have[at])


def numpy_work():
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(block, range(0, UNITS, BLOCK)))
    group = region.astype(np.intp) * INDUSTRIES + industry
    cell = (group[:, None] * MONTHS + np.arange(MONTHS)).reshape(-1)
    return [np.bincount(cell, c.reshape(-1), REGIONS * INDUSTRIES * MONTHS) for c in (part, have, want)]


measure("numpy, dense blocks", numpy_work, lambda rolled: [part, have, want, *rolled])
