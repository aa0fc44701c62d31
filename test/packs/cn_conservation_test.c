/* The inventory of CEADs at its full size, 30 provinces, 21 years, 47 sectors, 19 fuels: what is published
 * adds up, and our totals are one figure in whichever order they are summed.
 *
 * The data are not part of the source. They are looked for in $HENG_DATA, then in ../shared/data beside
 * the project; where they are not, that test says so and holds nothing. A stand-in of the same shape,
 * drawn from a seed, is always summed.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pack/pack.h"
#include "test/check.h"
#include "test/packs/pack_fixture.h"
#include "flow/check/ceads.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

enum { YEAR_FIRST = 1997, YEARS = 21, PROVINCES_MOST = 34, CELLS_MOST = 250000 };
#define CELLS_OF_ALL (HENG_CEADS_SECTORS * HENG_CEADS_FUELS)

/* As printed, with the totals that the publisher printed beside the cells. */
typedef struct published {
    heng_str provinces[PROVINCES_MOST];
    size_t province_count;
    heng_fact *facts;
    size_t fact_count;
    bool has[PROVINCES_MOST][YEARS];
    double of_fuel[PROVINCES_MOST][YEARS][HENG_CEADS_FUELS];
    double of_sector[PROVINCES_MOST][YEARS][HENG_CEADS_SECTORS];
    double of_all[PROVINCES_MOST][YEARS];
} published;

static pack_fixture fixture;
static heng_compiled compiled;
static heng_pack pack;

static heng_status load(void *context, heng_str name, heng_arena *arena, heng_str *text,
                        heng_error *err)
{
    if (!heng_str_is(name, "ceads_sums")) return heng_pack_load(context, name, arena, text, err);
    heng_str path =
        heng_str_format(arena, "%s/rule/conservation/ceads_sums.heng", getenv("HENG_CASES"));
    return heng_file_read(path.at, arena, text, err);
}

static int set_up(void **state)
{
    (void)state;
    pack_open(&fixture);
    heng_rule_file *files = HENG_ARRAY(&fixture.arena, fixture.file_count, heng_rule_file);
    assert_non_null(files);
    for (size_t i = 0; i < fixture.file_count; i++)
        files[i] = (heng_rule_file){fixture.files[i].name, fixture.files[i].bytes};
    pack = (heng_pack){HENG_STR("cn"), HENG_STR("test"), files, fixture.file_count};
    heng_str name = HENG_STR("ceads_sums");
    heng_error err = {0};
    if (heng_rule_compile(&name, 1, load, &pack, &fixture.arena, &compiled, &err))
        fail_msg("%s", err.message);
    if (!compiled.program) fail_msg("%zu faults in the sums", compiled.diagnostics.found);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    pack_close(&fixture);
    return 0;
}

/* ---- reading ---------------------------------------------------------------------------------------- */

static published *new_published(void)
{
    published *p = HENG_NEW(&fixture.arena, published);
    assert_non_null(p);
    *p = (published){.facts = HENG_ARRAY(&fixture.arena, CELLS_MOST, heng_fact)};
    assert_non_null(p->facts);
    return p;
}

static size_t province_of(published *p, heng_str name)
{
    for (size_t i = 0; i < p->province_count; i++)
        if (heng_str_equal(p->provinces[i], name)) return i;
    assert_true(p->province_count < PROVINCES_MOST);
    p->provinces[p->province_count] = heng_str_copy(&fixture.arena, name);
    return p->province_count++;
}

static int find_label(const heng_ceads_member *members, int count, heng_str label)
{
    char plain[100] = "";
    for (size_t i = 0; i < label.length && i + 1 < sizeof plain; i++)
        plain[i] = label.at[i] == '_' ? ' ' : label.at[i];
    for (int i = 0; i < count; i++)
        if (strcmp(members[i].label_en, plain) == 0) return i;
    return -1;
}

static void add_cell(published *p, size_t province, int year, int sector, int fuel, double value)
{
    assert_true(p->fact_count < CELLS_MOST);
    p->facts[p->fact_count++] = (heng_fact){.entity = p->provinces[province],
                                            .name = HENG_STR(HENG_CEADS_QUANTITY),
                                            .keys = {heng_str_from(heng_ceads_sectors[sector].name),
                                                     heng_str_from(heng_ceads_fuels[fuel].name)},
                                            .key_count = 2,
                                            .period = heng_year(year),
                                            .unit = HENG_STR(HENG_CEADS_UNIT),
                                            .text = HENG_STR("printed"),
                                            .value = value,
                                            .quality = HENG_ESTIMATED,
                                            .evidence = HENG_SEEN};
}

/* year,province,sector,fuel,mt_co2 with sectors in quotes where they hold a comma. */
static void read_line(published *p, heng_str line)
{
    heng_str cells[5] = {{0}};
    for (int i = 0; i < 5; i++) {
        if (line.length && line.at[0] == '"') {
            line.at++, line.length--;
            assert_true(heng_str_cut(&line, '"', &cells[i]));
            if (line.length) line.at++, line.length--;
        } else {
            heng_str_cut(&line, ',', &cells[i]);
        }
    }
    heng_error err = {0};
    double year, value;
    if (heng_number_parse(cells[0], &year, &err) || heng_number_parse(cells[4], &value, &err))
        fail_msg("%s", err.message);
    size_t province = province_of(p, cells[1]), at = (size_t)(year - YEAR_FIRST);
    assert_true(at < YEARS);
    bool total_row = heng_str_is(cells[2], "Total");
    bool total_column = heng_str_is(cells[3], "Scope_1_Total");
    int sector = find_label(heng_ceads_sectors, HENG_CEADS_SECTORS, cells[2]);
    int fuel = find_label(heng_ceads_fuels, HENG_CEADS_FUELS, cells[3]);
    if (!(total_row || sector >= 0) || !(total_column || fuel >= 0))
        fail_msg("neither sector nor fuel: %.*s, %.*s", HENG_PRINT(cells[2]), HENG_PRINT(cells[3]));
    p->has[province][at] = true;
    if (total_row && total_column)
        p->of_all[province][at] = value;
    else if (total_row)
        p->of_fuel[province][at][fuel] = value;
    else if (total_column)
        p->of_sector[province][at][sector] = value;
    else
        add_cell(p, province, (int)year, sector, fuel, value);
}

static void read_lines(published *p, heng_str text)
{
    heng_str line;
    assert_true(heng_str_cut(&text, '\n', &line)); /* the header */
    while (heng_str_cut(&text, '\n', &line) || line.length) {
        if (line.length && line.at[line.length - 1] == '\r') line.length--;
        if (line.length) read_line(p, line);
        if (!text.length) break;
    }
}

/* The bytes of $HENG_DATA/ceads/NAME, or of ../shared/data/ceads/NAME; else nothing. */
static heng_str read_packed(const char *name)
{
    enum { MOST = 64 << 20 };
    const char *data = getenv("HENG_DATA"), *root = getenv("HENG_ROOT");
    heng_str path = data
                        ? heng_str_format(&fixture.arena, "%s/ceads/%s", data, name)
                        : heng_str_format(&fixture.arena, "%s/../shared/data/ceads/%s", root, name);
    gzFile file = gzopen(path.at, "rb");
    if (!file) return (heng_str){0};
    char *bytes = heng_arena_alloc(&fixture.arena, MOST);
    assert_non_null(bytes);
    int length = gzread(file, bytes, MOST);
    assert_true(length > 0 && length < MOST);
    gzclose(file);
    return (heng_str){bytes, (size_t)length};
}

/* ---- summing ---------------------------------------------------------------------------------------- */

typedef struct sums {
    const published *data;
    heng_evaluation *evaluation;
} sums;

static sums evaluate(published *p)
{
    heng_entity *entities = HENG_ARRAY(&fixture.arena, p->province_count + 1, heng_entity);
    heng_link *links = HENG_ARRAY(&fixture.arena, p->province_count, heng_link);
    assert_true(entities && links);
    entities[0] = (heng_entity){.code = HENG_STR("CN"),
                                .kind = HENG_STR("place"),
                                .level = HENG_STR("country"),
                                .valid = HENG_SPAN_ALWAYS};
    for (size_t i = 0; i < p->province_count; i++) {
        entities[i + 1] = (heng_entity){.code = p->provinces[i],
                                        .kind = HENG_STR("place"),
                                        .level = HENG_STR("province"),
                                        .valid = HENG_SPAN_ALWAYS};
        links[i] = (heng_link){.member = p->provinces[i],
                               .parent = HENG_STR("CN"),
                               .hierarchy = HENG_STR("place"),
                               .valid = HENG_SPAN_ALWAYS};
    }
    heng_world world = {.entities = entities,
                        .entity_count = p->province_count + 1,
                        .links = links,
                        .link_count = p->province_count,
                        .facts = p->facts,
                        .fact_count = p->fact_count};
    sums s = {.data = p};
    heng_error err = {0};
    if (heng_evaluate(compiled.program, &world, heng_year(YEAR_FIRST + YEARS - 1), NULL, NULL,
                      &fixture.arena, &s.evaluation, &err))
        fail_msg("%s", err.message);
    return s;
}

static double sum_of(const sums *s, const char *name, heng_str entity, const char *level, int year,
                     const char *key)
{
    heng_point point = {.quantity = heng_program_find(compiled.program, heng_str_from(name),
                                                      heng_str_from(level), HENG_YEAR),
                        .entity = entity,
                        .period = heng_year(year)};
    if (point.quantity == SIZE_MAX) fail_msg("there is no %s of a %s", name, level);
    if (key) point.keys[point.key_count++] = heng_str_from(key);
    heng_value value;
    heng_error err = {0};
    if (heng_evaluation_value(s->evaluation, &point, &value, &err))
        fail_msg("%s: %s", name, err.message);
    if (value.state != HENG_STATE_KNOWN)
        fail_msg("%s of %.*s in %d is not known", name, HENG_PRINT(entity), year);
    return value.number;
}

static void check_close(double found, double expected, const char *what, heng_str who, int year)
{
    if (!(fabs(found - expected) <= 1e-6))
        fail_msg("%s of %.*s in %d: %.9f Mt, published %.9f Mt", what, HENG_PRINT(who), year, found,
                 expected);
}

static void check_same(double found, double expected, const char *what, heng_str who, int year)
{
    if (memcmp(&found, &expected, sizeof found) != 0)
        fail_msg("%s of %.*s in %d: %a, not %a", what, HENG_PRINT(who), year, found, expected);
}

/* Two nestings of n numbers that are not negative: see doc/manual/conservation.md. */
static double bound(double total)
{
    double nu = (CELLS_OF_ALL * (double)PROVINCES_MOST - 1) * (DBL_EPSILON / 2);
    return 2 * nu / (1 - nu) * total;
}

/* Sum of sectors = sum of fuels = province, against every total that is printed. */
static void check_as_published(const sums *s, size_t province, int year)
{
    const published *p = s->data;
    heng_str who = p->provinces[province];
    size_t at = (size_t)(year - YEAR_FIRST);
    double all = p->of_all[province][at];
    for (int f = 0; f < HENG_CEADS_FUELS; f++)
        check_close(sum_of(s, "fuel_plain", who, "province", year, heng_ceads_fuels[f].name),
                    p->of_fuel[province][at][f], heng_ceads_fuels[f].name, who, year);
    for (int i = 0; i < HENG_CEADS_SECTORS; i++)
        check_close(sum_of(s, "sector_plain", who, "province", year, heng_ceads_sectors[i].name),
                    p->of_sector[province][at][i], heng_ceads_sectors[i].name, who, year);
    double cells = sum_of(s, "cells_plain", who, "province", year, NULL);
    double sectors = sum_of(s, "sectors_plain", who, "province", year, NULL);
    double fuels = sum_of(s, "fuels_plain", who, "province", year, NULL);
    check_close(cells, all, "all cells", who, year);
    check_close(sectors, all, "all sectors", who, year);
    check_close(fuels, all, "all fuels", who, year);
    assert_true(fabs(cells - sectors) <= bound(all) && fabs(cells - fuels) <= bound(all));
}

static void check_counted(const sums *s, size_t province, int year)
{
    heng_str who = s->data->provinces[province];
    double cells = sum_of(s, "cells_counted", who, "province", year, NULL);
    assert_true(cells == floor(cells) && cells < 0x1p53);
    check_same(sum_of(s, "sectors_counted", who, "province", year, NULL), cells, "all sectors", who,
               year);
    check_same(sum_of(s, "fuels_counted", who, "province", year, NULL), cells, "all fuels", who,
               year);
    /* Half a kilogram for each cell is the most that rounding can move. */
    double plain = sum_of(s, "cells_plain", who, "province", year, NULL) * 1e9;
    assert_true(fabs(cells - plain) <= 0.5 * CELLS_OF_ALL + 1e-3);
}

static void check_all(published *p, size_t *province_years)
{
    sums s = evaluate(p);
    size_t other_bits = 0, years = 0;
    for (int year = YEAR_FIRST; year < YEAR_FIRST + YEARS; year++) {
        size_t here = 0;
        for (size_t i = 0; i < p->province_count; i++) {
            if (!p->has[i][year - YEAR_FIRST]) continue;
            check_as_published(&s, i, year);
            check_counted(&s, i, year);
            here++;
        }
        *province_years += here;
        if (!here) continue;
        assert_int_equal(here, p->province_count);
        heng_str all = HENG_STR("CN");
        double place = sum_of(&s, "by_place", all, "country", year, NULL);
        check_same(sum_of(&s, "by_industry", all, "country", year, NULL), place, "by industry", all,
                   year);
        check_same(sum_of(&s, "by_fuel", all, "country", year, NULL), place, "by fuel", all, year);
        double plain = sum_of(&s, "by_place_plain", all, "country", year, NULL);
        double other = sum_of(&s, "by_industry_plain", all, "country", year, NULL);
        assert_true(fabs(plain - other) <= bound(plain));
        other_bits += plain != other;
        years++;
    }
    printf("# %zu cells, %zu provinces, %zu years; off the grid %zu years have other bits by "
           "industry than by place\n",
           p->fact_count, p->province_count, years, other_bits);
}

static void what_is_published_adds_up_in_every_order(void **state)
{
    (void)state;
    heng_str text = read_packed("provinces-1997-2017.csv.gz");
    if (!text.at) {
        print_message("# skipped: the inventories are not in $HENG_DATA nor in ../shared/data\n");
        return;
    }
    published *p = new_published();
    size_t province_years = 0;
    read_lines(p, text);
    check_all(p, &province_years);
    assert_int_equal(p->province_count, 30);
    assert_int_equal(province_years, 630);
    assert_true(p->fact_count > 170000);
}

/* ---- a stand-in of the same shape ------------------------------------------------------------------- */

/* SplitMix64 (G. Steele, D. Lea, C. Flood, OOPSLA 2014). */
static uint64_t roll(uint64_t *state)
{
    uint64_t z = (*state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

/* A third of the cells are filled, from a gram to some megatonnes, in the digits that a double prints. */
static void draw_province(heng_text *out, uint64_t *seed, int province, int year)
{
    static long double of_fuel[HENG_CEADS_FUELS], all;
    memset(of_fuel, 0, sizeof of_fuel);
    all = 0;
    for (int s = 0; s < HENG_CEADS_SECTORS; s++) {
        long double of_sector = 0;
        for (int f = 0; f < HENG_CEADS_FUELS; f++) {
            if (roll(seed) % 3) continue;
            double value =
                (double)(roll(seed) >> 11) * 0x1p-53 * pow(10, (double)(roll(seed) % 14) - 12);
            heng_text_print(out, "%d,Province%02d,\"%s\",%s,%.17g\n", year, province,
                            heng_ceads_sectors[s].label_en, heng_ceads_fuels[f].label_en, value);
            of_sector += (long double)value;
            of_fuel[f] += (long double)value;
        }
        all += of_sector;
        heng_text_print(out, "%d,Province%02d,\"%s\",Scope_1_Total,%.12Lf\n", year, province,
                        heng_ceads_sectors[s].label_en, of_sector);
    }
    for (int f = 0; f < HENG_CEADS_FUELS; f++)
        heng_text_print(out, "%d,Province%02d,Total,%s,%.12Lf\n", year, province,
                        heng_ceads_fuels[f].label_en, of_fuel[f]);
    heng_text_print(out, "%d,Province%02d,Total,Scope_1_Total,%.12Lf\n", year, province, all);
}

static void a_stand_in_adds_up_in_every_order(void **state)
{
    (void)state;
    heng_text text;
    uint64_t seed = 20241121;
    heng_text_init(&text, &fixture.arena, 64 << 20);
    heng_text_print(&text, "year,province,sector,fuel,mt_co2\n");
    for (int year = 2010; year < 2013; year++)
        for (int province = 1; province <= 12; province++)
            draw_province(&text, &seed, province, year);
    assert_false(text.failed);
    published *p = new_published();
    size_t province_years = 0;
    read_lines(p, heng_text_view(&text));
    check_all(p, &province_years);
    assert_int_equal(province_years, 36);
    assert_true(p->fact_count > 9000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_published_adds_up_in_every_order, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_stand_in_adds_up_in_every_order, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("packs/cn_conservation", tests, NULL, NULL);
}
