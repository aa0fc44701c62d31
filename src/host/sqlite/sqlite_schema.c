/* The tables, as a chain of migrations. README.md describes them for readers.
 *
 * A migration that was released is never edited: files made by it exist. A change is another one at
 * the end, and the version grows with it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "host/sqlite/sqlite_internal.h"

/* Laid out by hand, for reading. */
/* clang-format off */

#define WORD      " INTEGER NOT NULL REFERENCES word(id), "
#define STEP      "step INTEGER NOT NULL REFERENCES step(number), "
#define RECORDED  "recorded INTEGER NOT NULL, "    /* microseconds since 1970 */
#define FIRST     "first_month INTEGER NOT NULL, " /* 12 x year + month - 1 */
#define LAST      "last_month INTEGER NOT NULL, "
#define GRAIN     "grain INTEGER NOT NULL CHECK (grain BETWEEN 0 AND 4), "
#define NOTATION  "notation INTEGER NOT NULL CHECK (notation BETWEEN 0 AND 5), "
#define QUALITY   "quality INTEGER NOT NULL CHECK (quality BETWEEN 0 AND 3), "
#define EVIDENCE  "evidence INTEGER NOT NULL CHECK (evidence BETWEEN 0 AND 6), "
#define TEXT(name) name " TEXT NOT NULL, "
#define INTEGER(name) name " INTEGER NOT NULL, "
#define REAL(name) name " REAL NOT NULL, "
#define HASH(name) name " BLOB NOT NULL CHECK (length(" name ") = 32), "

#define NEVER_CHANGED(table)                                                                       \
    "CREATE TRIGGER " table "_never_changed BEFORE UPDATE ON " table                               \
    " BEGIN SELECT RAISE(ABORT, 'records are never changed; record a correction'); END;\n"         \
    "CREATE TRIGGER " table "_never_removed BEFORE DELETE ON " table                               \
    " BEGIN SELECT RAISE(ABORT, 'records are never removed; record a correction'); END;\n"

static const char tables[] =
    "CREATE TABLE step (number INTEGER PRIMARY KEY, " INTEGER("at") "what TEXT NOT NULL) STRICT;\n"

    "CREATE TABLE tally ("
        STEP TEXT("kind") "added INTEGER NOT NULL CHECK (added > 0), "
        "PRIMARY KEY (step, kind)) STRICT, WITHOUT ROWID;\n"

    "CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;\n"

    "CREATE TABLE source ("
        TEXT("code") STEP TEXT("title") TEXT("publisher") TEXT("published") TEXT("place")
        TEXT("licence")
        "PRIMARY KEY (code, step)) STRICT, WITHOUT ROWID;\n"

    "CREATE TABLE entity ("
        TEXT("code") RECORDED TEXT("kind") TEXT("level") TEXT("name_en") TEXT("name_zh")
        TEXT("standard_code") FIRST LAST STEP
        "PRIMARY KEY (code, recorded)) STRICT, WITHOUT ROWID;\n"

    "CREATE TABLE link ("
        TEXT("hierarchy") TEXT("member") FIRST RECORDED TEXT("parent") LAST STEP
        "PRIMARY KEY (hierarchy, member, first_month, recorded)) STRICT, WITHOUT ROWID;\n"

    "CREATE TABLE fact ("
        "entity" WORD "name" WORD "keys" WORD FIRST GRAIN RECORDED NOTATION REAL("value")
        "text TEXT NOT NULL CHECK (text <> ''), " "unit" WORD QUALITY EVIDENCE "source" WORD
        "note" WORD STEP
        "PRIMARY KEY (entity, name, keys, first_month, grain, recorded)) STRICT, WITHOUT ROWID;\n"

    "CREATE TABLE factor ("
        TEXT("qualified") TEXT("member") TEXT("keys") FIRST RECORDED LAST NOTATION REAL("value")
        "text TEXT NOT NULL CHECK (text <> ''), " TEXT("unit") EVIDENCE TEXT("source")
        TEXT("file") INTEGER("line") STEP
        "PRIMARY KEY (qualified, member, keys, first_month, recorded)) STRICT, WITHOUT ROWID;\n"

    "CREATE TABLE import (id INTEGER PRIMARY KEY, "
        HASH("content") TEXT("name") TEXT("format") TEXT("kind") INTEGER("bytes") INTEGER("rows")
        INTEGER("new") INTEGER("revised") INTEGER("known") STEP
        "UNIQUE (content)) STRICT;\n"

    "CREATE TABLE run (number INTEGER PRIMARY KEY, "
        HASH("program") INTEGER("as_of") TEXT("pack") TEXT("note") INTEGER("findings")
        "step INTEGER NOT NULL REFERENCES step(number)) STRICT;\n"

    "CREATE TABLE run_size (run INTEGER PRIMARY KEY REFERENCES run(number), "
        "results INTEGER NOT NULL) STRICT;\n"

    "CREATE TABLE result ("
        "run INTEGER NOT NULL REFERENCES run(number), "
        "quantity" WORD "entity" WORD "keys" WORD FIRST GRAIN
        "state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2), " REAL("number")
        "at_least REAL, " REAL("have") REAL("want") REAL("measured") REAL("reported")
        REAL("defaulted") REAL("estimated") EVIDENCE "unit" WORD "word" WORD
        "PRIMARY KEY (run, quantity, entity, keys, first_month, grain)) STRICT, WITHOUT ROWID;\n"

    "CREATE TABLE setting ("
        TEXT("key") STEP TEXT("value")
        "PRIMARY KEY (key, step)) STRICT, WITHOUT ROWID;\n"

    NEVER_CHANGED("step") NEVER_CHANGED("tally") NEVER_CHANGED("word") NEVER_CHANGED("source")
    NEVER_CHANGED("entity") NEVER_CHANGED("link") NEVER_CHANGED("fact") NEVER_CHANGED("factor")
    NEVER_CHANGED("import") NEVER_CHANGED("run") NEVER_CHANGED("run_size")
    NEVER_CHANGED("result") NEVER_CHANGED("setting");

/* Empty where the instant is open or beyond the years that the calendar of SQLite knows. */
#define UTC(column)                                                                                \
    "CASE WHEN " column " BETWEEN -2208988800000000 AND 7289654399000000"                          \
    " THEN strftime('%Y-%m-%dT%H:%M:%SZ', " column " / 1000000, 'unixepoch') END"

#define PERIOD(row)                                                                                \
    "CASE " row ".grain"                                                                           \
    " WHEN 0 THEN printf('%04d-%02d', " row ".first_month / 12, " row ".first_month % 12 + 1)"     \
    " WHEN 1 THEN printf('%04d-Q%d', " row ".first_month / 12, " row ".first_month % 12 / 3 + 1)"  \
    " WHEN 2 THEN printf('%04d-H%d', " row ".first_month / 12, " row ".first_month % 12 / 6 + 1)"  \
    " WHEN 3 THEN printf('%04d', " row ".first_month / 12)"                                        \
    " ELSE printf('plan-%d', (" row ".first_month / 12 - 1951) / 5) END"

#define EVIDENCE_NAME(row)                                                                         \
    "CASE " row ".evidence WHEN 0 THEN 'verified' WHEN 1 THEN 'seen' WHEN 2 THEN 'draft'"          \
    " WHEN 3 THEN 'recalled high' WHEN 4 THEN 'recalled medium' WHEN 5 THEN 'recalled low'"        \
    " ELSE 'example' END"

#define WORDS(row, column) " JOIN word " column "_word ON " column "_word.id = " row "." column

/* The two tables of numbers, in words: for people with the sqlite3 shell. The program does not use
 * them. */
static const char views[] =
    "CREATE VIEW fact_in_words AS SELECT"
        " entity_word.text AS entity, name_word.text AS name,"
        " replace(keys_word.text, char(31), ', ') AS keys, " PERIOD("f") " AS period,"
        " f.text AS value, unit_word.text AS unit,"
        " CASE f.quality WHEN 0 THEN 'measured' WHEN 1 THEN 'reported'"
        " WHEN 2 THEN 'default' ELSE 'estimated' END AS quality,"
        " " EVIDENCE_NAME("f") " AS evidence, source_word.text AS source,"
        " note_word.text AS note, " UTC("f.recorded") " AS recorded, f.step AS step"
        " FROM fact f" WORDS("f", "entity") WORDS("f", "name") WORDS("f", "keys")
        WORDS("f", "unit") WORDS("f", "source") WORDS("f", "note") ";\n"

    "CREATE VIEW result_in_words AS SELECT"
        " r.run AS run, quantity_word.text AS quantity, entity_word.text AS entity,"
        " replace(keys_word.text, char(31), ', ') AS keys, " PERIOD("r") " AS period,"
        " CASE r.state WHEN 0 THEN 'unknown' WHEN 1 THEN 'known' ELSE 'not in force' END AS state,"
        " CASE WHEN r.state = 1 THEN r.number END AS number, unit_word.text AS unit,"
        " word_word.text AS word, r.at_least AS at_least, r.have AS have, r.want AS want,"
        " " EVIDENCE_NAME("r") " AS evidence"
        " FROM result r" WORDS("r", "quantity") WORDS("r", "entity") WORDS("r", "keys")
        WORDS("r", "unit") WORDS("r", "word") ";\n";

/* One seal a run. */
static const char seals[] =
    "CREATE TABLE seal (run INTEGER PRIMARY KEY REFERENCES run(number), "
        TEXT("text") "signature BLOB NOT NULL CHECK (length(signature) = 64), "
        HASH("secret") TEXT("list")
        "step INTEGER NOT NULL REFERENCES step(number)) STRICT;\n"
    NEVER_CHANGED("seal");

/* How far facts, rows and results may be off. The views of facts and results say it too. */
static const char uncertainty[] =
    "ALTER TABLE fact ADD COLUMN uncertainty TEXT NOT NULL DEFAULT '';\n"
    "ALTER TABLE factor ADD COLUMN uncertainty TEXT NOT NULL DEFAULT '';\n"
    "ALTER TABLE result ADD COLUMN low REAL;\n"
    "ALTER TABLE result ADD COLUMN high REAL;\n"
    "ALTER TABLE result ADD COLUMN covered REAL;\n"
    "DROP VIEW fact_in_words;\n"
    "DROP VIEW result_in_words;\n"

    "CREATE VIEW fact_in_words AS SELECT"
        " entity_word.text AS entity, name_word.text AS name,"
        " replace(keys_word.text, char(31), ', ') AS keys, " PERIOD("f") " AS period,"
        " f.text AS value, unit_word.text AS unit, f.uncertainty AS uncertainty,"
        " CASE f.quality WHEN 0 THEN 'measured' WHEN 1 THEN 'reported'"
        " WHEN 2 THEN 'default' ELSE 'estimated' END AS quality,"
        " " EVIDENCE_NAME("f") " AS evidence, source_word.text AS source,"
        " note_word.text AS note, " UTC("f.recorded") " AS recorded, f.step AS step"
        " FROM fact f" WORDS("f", "entity") WORDS("f", "name") WORDS("f", "keys")
        WORDS("f", "unit") WORDS("f", "source") WORDS("f", "note") ";\n"

    "CREATE VIEW result_in_words AS SELECT"
        " r.run AS run, quantity_word.text AS quantity, entity_word.text AS entity,"
        " replace(keys_word.text, char(31), ', ') AS keys, " PERIOD("r") " AS period,"
        " CASE r.state WHEN 0 THEN 'unknown' WHEN 1 THEN 'known' ELSE 'not in force' END AS state,"
        " CASE WHEN r.state = 1 THEN r.number END AS number, r.low AS low, r.high AS high,"
        " r.covered AS covered, unit_word.text AS unit,"
        " word_word.text AS word, r.at_least AS at_least, r.have AS have, r.want AS want,"
        " " EVIDENCE_NAME("r") " AS evidence"
        " FROM result r" WORDS("r", "quantity") WORDS("r", "entity") WORDS("r", "keys")
        WORDS("r", "unit") WORDS("r", "word") ";\n";

/* clang-format on */

const char *const heng_sqlite__migrations[] = {tables, views, seals, uncertainty};
const int heng_sqlite__version = sizeof heng_sqlite__migrations / sizeof *heng_sqlite__migrations;
