"""bench/duck.py: DuckDB's C library for Python, as much as the benches need: numpy columns in and out.

SPDX-License-Identifier: Apache-2.0
"""
import ctypes as ct
import os
import numpy as np

LIBRARY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "build", "bench", "duckdb", "libduckdb.so")
TYPES = {"uint8": (6, "UTINYINT"), "uint16": (7, "USMALLINT"), "int32": (4, "INTEGER"), "float64": (11, "DOUBLE")}
CHUNK = 2048


class Result(ct.Structure):
    _fields_ = [("words", ct.c_void_p * 6)]


class Duck:
    def __init__(self, threads):
        self.lib = lib = ct.CDLL(LIBRARY)
        for name in ("create_logical_type", "create_data_chunk", "data_chunk_get_vector", "vector_get_data",
                     "vector_get_validity", "fetch_chunk", "result_error"):
            getattr(lib, "duckdb_" + name).restype = ct.c_void_p
        lib.duckdb_data_chunk_get_size.restype = ct.c_uint64
        lib.duckdb_fetch_chunk.argtypes = [Result]
        self.db, self.link = ct.c_void_p(), ct.c_void_p()
        if lib.duckdb_open(None, ct.byref(self.db)) or lib.duckdb_connect(self.db, ct.byref(self.link)):
            raise RuntimeError("DuckDB does not open")
        self.run(f"SET threads = {threads}")

    def _query(self, sql):
        result = Result()
        if self.lib.duckdb_query(self.link, sql.encode(), ct.byref(result)):
            raise RuntimeError(ct.string_at(self.lib.duckdb_result_error(ct.byref(result))).decode())
        return result

    def run(self, sql):
        result = self._query(sql)
        self.lib.duckdb_destroy_result(ct.byref(result))

    def load(self, table, columns):
        """A table of numpy columns by name; NaN becomes NULL."""
        lib, names = self.lib, list(columns)
        self.run(f"CREATE TABLE {table} ({', '.join(f'{n} {TYPES[columns[n].dtype.name][1]}' for n in names)})")
        types = (ct.c_void_p * len(names))(*[lib.duckdb_create_logical_type(TYPES[columns[n].dtype.name][0])
                                             for n in names])
        appender = ct.c_void_p()
        if lib.duckdb_appender_create(self.link, None, table.encode(), ct.byref(appender)):
            raise RuntimeError(table)
        values = [np.ascontiguousarray(columns[n]) for n in names]
        for start in range(0, len(values[0]), CHUNK):
            chunk = ct.c_void_p(lib.duckdb_create_data_chunk(types, ct.c_uint64(len(names))))
            count = min(CHUNK, len(values[0]) - start)
            for i, all_values in enumerate(values):
                slice_ = all_values[start:start + count]
                vector = ct.c_void_p(lib.duckdb_data_chunk_get_vector(chunk, ct.c_uint64(i)))
                ct.memmove(lib.duckdb_vector_get_data(vector), slice_.ctypes.data, slice_.nbytes)
                missing = np.isnan(slice_) if slice_.dtype.kind == "f" else None
                if missing is not None and missing.any():
                    known = np.packbits(np.concatenate([~missing, np.ones(-count % 64, bool)]), bitorder="little")
                    lib.duckdb_vector_ensure_validity_writable(vector)
                    ct.memmove(lib.duckdb_vector_get_validity(vector), known.ctypes.data, known.nbytes)
            lib.duckdb_data_chunk_set_size(chunk, ct.c_uint64(count))
            if lib.duckdb_append_data_chunk(appender, chunk):
                raise RuntimeError(table)
            lib.duckdb_destroy_data_chunk(ct.byref(chunk))
        if lib.duckdb_appender_destroy(ct.byref(appender)):
            raise RuntimeError(table)

    def read(self, sql, types):
        """The columns of a query without NULLs, as numpy arrays of these types."""
        lib, result = self.lib, self._query(sql)
        parts = [[] for _ in types]
        while chunk := lib.duckdb_fetch_chunk(result):
            chunk = ct.c_void_p(chunk)
            count = lib.duckdb_data_chunk_get_size(chunk)
            for i, name in enumerate(types):
                vector = ct.c_void_p(lib.duckdb_data_chunk_get_vector(chunk, ct.c_uint64(i)))
                raw = ct.string_at(lib.duckdb_vector_get_data(vector), count * np.dtype(name).itemsize)
                parts[i].append(np.frombuffer(raw, name))
            lib.duckdb_destroy_data_chunk(ct.byref(chunk))
        lib.duckdb_destroy_result(ct.byref(result))
        return [np.concatenate(p) for p in parts]
