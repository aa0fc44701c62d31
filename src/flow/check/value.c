/* A value and its unit, held against what the quantity allows.
 *
 * What cannot be negative, where the vocabulary does not say: amounts whose unit is one of coal
 * equivalent, energy, plain mass, gas or other volume, or people. Money (a loss), substances (a sink, a
 * correction), temperatures, rates and shares may be.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/check/checker.h"

#include <assert.h>
#include <math.h>

enum { PARSED_UNITS_MAX = 256, WORDS_SHOWN_MAX = 400 };

/* A bound is held with this slack, so that 100 % written as 1 does not break it by a rounding. */
#define SLACK 1e-9

static bool add_base(heng_checker *checker, heng_str name, uint16_t *base)
{
    heng_error err;
    heng_status status = heng_unit_add_base(checker->units, name, base, &err);
    if (status == HENG_NO_MEMORY) checker->no_memory = true;
    return status == HENG_OK;
}

void heng_check__open_units(heng_checker *checker)
{
    heng_error err;
    const heng_check_vocabulary *vocabulary = checker->vocabulary;
    uint16_t base;
    checker->parsed_units = HENG_ARRAY(checker->arena, PARSED_UNITS_MAX, heng_check__unit);
    if (!checker->parsed_units || heng_unit_system_open(checker->arena, &checker->units, &err)) {
        checker->no_memory = true;
        return;
    }
    for (size_t i = 0; i < vocabulary->substance_count; i++)
        add_base(checker, vocabulary->substances[i], &base);
}

/* The parsed unit; the pointer holds until the next call. */
static const heng_check__unit *parsed(heng_checker *checker, heng_str text, heng_check__unit *room)
{
    for (size_t i = 0; i < checker->parsed_unit_count; i++)
        if (heng_str_equal(checker->parsed_units[i].text, text)) return &checker->parsed_units[i];
    heng_error err;
    heng_check__unit *unit = room;
    if (checker->parsed_unit_count < PARSED_UNITS_MAX)
        unit = &checker->parsed_units[checker->parsed_unit_count++];
    *unit = (heng_check__unit){.text = text};
    heng_status status = heng_unit_parse(checker->units, text, &unit->unit, &err);
    unit->known = status == HENG_OK;
    if (status == HENG_NO_MEMORY)
        checker->no_memory = true;
    else if (status)
        unit->trouble =
            heng_check__kept(checker, heng_str_copy(checker->arena, heng_str_from(err.message)));
    return unit;
}

/* What a base unit of the declared unit means for these keys: `unit(fuel)` is the unit of the fuel, and
 * `gas` of "t gas" the substance itself. False: the vocabulary does not say. */
static bool resolve_base(heng_checker *checker, const heng_check_key *key, uint16_t unit_base,
                         uint16_t base, heng_str member, heng_unit *out)
{
    heng_check__unit room;
    if (base != unit_base) {
        uint16_t substance;
        if (!add_base(checker, member, &substance)) return false;
        *out = heng_unit_of_base(substance);
        return true;
    }
    for (size_t i = 0; key->units && i < key->member_count; i++) {
        if (!heng_str_equal(key->members[i], member) || !key->units[i].length) continue;
        const heng_check__unit *unit = parsed(checker, key->units[i], &room);
        if (unit->known) *out = unit->unit;
        return unit->known;
    }
    return false;
}

typedef struct key_bases {
    uint16_t unit_of[HENG_KEYS_MAX]; /* unit(fuel) */
    uint16_t itself[HENG_KEYS_MAX];  /* gas */
} key_bases;

/* Only what the declared unit names becomes a base: a fuel called "t" must not hide the tonne. */
static bool add_key_bases(heng_checker *checker, const heng_check_quantity *quantity,
                          key_bases *bases)
{
    for (size_t i = 0; i < quantity->key_count; i++) {
        heng_str name = quantity->keys[i].name;
        bases->unit_of[i] = bases->itself[i] = UINT16_MAX;
        if (!name.length || heng_str_find(quantity->unit, name, 0) == SIZE_MAX) continue;
        heng_str unit_of = heng_check__kept(
            checker, heng_str_format(checker->arena, "unit(%.*s)", HENG_PRINT(name)));
        if (!add_base(checker, unit_of, &bases->unit_of[i])) return false;
        if (!add_base(checker, name, &bases->itself[i])) return false;
    }
    return true;
}

static bool multiply_power(heng_unit *product, const heng_unit *unit, int power)
{
    heng_error err;
    heng_unit raised, result;
    if (heng_unit_power(unit, power, &raised, &err)) return false;
    if (heng_unit_multiply(product, &raised, &result, &err)) return false;
    *product = result;
    return true;
}

/* The unit of the quantity for these keys (NULL: not known). False when it cannot be told. */
static bool declared(heng_checker *checker, const heng_check_quantity *quantity,
                     const heng_str *keys, heng_unit *out)
{
    key_bases bases;
    heng_check__unit room;
    if (checker->no_memory || !add_key_bases(checker, quantity, &bases)) return false;
    const heng_check__unit *written = parsed(checker, quantity->unit, &room);
    if (!written->known) return false;
    heng_unit plain = written->unit, product = heng_unit_one();
    product.scale = plain.scale;
    for (size_t f = 0; f < plain.factor_count; f++) {
        uint16_t base = plain.factors[f].base;
        heng_unit unit = heng_unit_of_base(base);
        for (size_t k = 0; k < quantity->key_count; k++) {
            if (base != bases.unit_of[k] && base != bases.itself[k]) continue;
            if (!keys ||
                !resolve_base(checker, &quantity->keys[k], bases.unit_of[k], base, keys[k], &unit))
                return false;
        }
        if (!multiply_power(&product, &unit, plain.factors[f].power)) return false;
    }
    *out = product;
    return true;
}

bool heng_check__unit_factor(heng_checker *checker, const heng_check_quantity *quantity,
                             const heng_str *keys, heng_str written, double *factor)
{
    heng_unit to;
    heng_check__unit room;
    heng_ratio ratio;
    heng_error err;
    if (!declared(checker, quantity, keys, &to)) return false;
    const heng_check__unit *from = parsed(checker, written, &room);
    if (!from->known || heng_unit_factor_between(&from->unit, &to, &ratio, &err)) return false;
    *factor = heng_ratio_value(ratio);
    return true;
}

/* ---- unit ---- */

static void report_dimension(heng_checker *checker, const heng_check__field *field,
                             const heng_check_quantity *quantity, const heng_unit *written)
{
    heng_error err;
    heng_str is = {"something else", 14};
    if (heng_unit_describe(checker->units, written, checker->arena, &is, &err) == HENG_NO_MEMORY)
        checker->no_memory = true;
    heng_check__report(checker, CHECK_DIMENSION, field,
                       HENG_DETAILS(field->text, quantity->unit, is));
}

static bool read_unit(heng_checker *checker, const heng_check__field *field,
                      const heng_check_quantity *quantity, const heng_str *keys, double *factor)
{
    heng_check__unit room;
    heng_unit to;
    heng_ratio ratio;
    heng_error err;
    *factor = NAN; /* not known: no bound is held against it */
    if (checker->no_memory) return false;
    heng_check__unit written = *parsed(checker, field->text, &room);
    if (!written.known) {
        heng_check__report(checker, CHECK_UNIT, field,
                           HENG_DETAILS(field->text, written.trouble, quantity->unit));
        return false;
    }
    if (!declared(checker, quantity, keys, &to)) return true;
    if (heng_unit_factor_between(&written.unit, &to, &ratio, &err)) {
        report_dimension(checker, field, quantity, &written.unit);
        return false;
    }
    *factor = heng_ratio_value(ratio);
    return true;
}

/* ---- range ---- */

static bool is_amount(heng_checker *checker, const heng_check_quantity *quantity,
                      const heng_str *keys)
{
    static const char *const amounts[] = {"tce", "GJ", "t", "Nm3", "m3", "person"};
    heng_unit unit;
    heng_check__unit room;
    if (!declared(checker, quantity, keys, &unit)) return false;
    for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++) {
        const heng_check__unit *amount = parsed(checker, heng_str_from(amounts[i]), &room);
        if (amount->known && heng_unit_converts(&unit, &amount->unit)) return true;
    }
    return false;
}

static void report_bounds(heng_checker *checker, const heng_check__field *field,
                          const heng_check_quantity *quantity)
{
    char low[HENG_NUMBER_TEXT], high[HENG_NUMBER_TEXT];
    heng_str from = {"-", 1}, to = {"-", 1};
    if (quantity->has_minimum) from = (heng_str){low, heng_number_write(quantity->minimum, low)};
    if (quantity->has_maximum) to = (heng_str){high, heng_number_write(quantity->maximum, high)};
    from = heng_check__kept(checker, heng_str_format(checker->arena, "%.*s %.*s", HENG_PRINT(from),
                                                     HENG_PRINT(quantity->unit)));
    to = heng_check__kept(checker, heng_str_format(checker->arena, "%.*s %.*s", HENG_PRINT(to),
                                                   HENG_PRINT(quantity->unit)));
    heng_check__report(checker, CHECK_BOUNDS, field,
                       HENG_DETAILS(field->text, quantity->name, from, to));
}

/* `factor` turns the written value into the quantity's unit; NaN when it is not known. */
static bool in_range(heng_checker *checker, const heng_check__field *field,
                     const heng_check_quantity *quantity, const heng_str *keys, double value,
                     double factor)
{
    bool sign =
        quantity->range == HENG_RANGE_NOT_NEGATIVE ||
        (quantity->range == HENG_RANGE_BY_UNIT && value < 0 && is_amount(checker, quantity, keys));
    if (sign && value < 0) {
        heng_check__report(checker, CHECK_NEGATIVE, field,
                           HENG_DETAILS(field->text, quantity->name));
        return false;
    }
    if (isnan(factor)) return true;
    double scaled = value * factor, percent_factor;
    if (quantity->range == HENG_RANGE_SHARE &&
        heng_check__unit_factor(checker, quantity, keys, HENG_STR("1"), &percent_factor)) {
        double share = scaled / percent_factor;
        if (share < -SLACK || share > 1 + SLACK) {
            heng_check__report(checker, CHECK_SHARE, field,
                               HENG_DETAILS(field->text, quantity->name));
            return false;
        }
    }
    double slack = SLACK * fabs(scaled);
    if ((quantity->has_minimum && scaled < quantity->minimum - slack) ||
        (quantity->has_maximum && scaled > quantity->maximum + slack)) {
        report_bounds(checker, field, quantity);
        return false;
    }
    return true;
}

/* ---- value ---- */

static bool find_yes_no(heng_str text, bool *yes)
{
    static const char *const words[] = {"no", "yes", "否", "是", "FALSE", "TRUE", "false", "true"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!heng_str_is(text, words[i])) continue;
        *yes = i % 2;
        return true;
    }
    return false;
}

static void report_word(heng_checker *checker, const heng_check__field *field,
                        const heng_check_quantity *quantity)
{
    heng_text list;
    heng_text_init(&list, checker->arena, SIZE_MAX / 2);
    if (quantity->yes_no) heng_text_add(&list, HENG_STR("yes, no, 是, 否"));
    for (size_t i = 0; i < quantity->word_count && list.length < WORDS_SHOWN_MAX; i++) {
        if (i) heng_text_add(&list, HENG_STR(", "));
        heng_text_add(&list, quantity->words[i]);
    }
    if (list.failed) checker->no_memory = true;
    heng_check__report(checker, CHECK_WORD, field,
                       HENG_DETAILS(field->text, quantity->name, heng_text_view(&list)));
}

static bool read_word(heng_checker *checker, const heng_check__field *field,
                      const heng_check__field *unit_field, const heng_check_quantity *quantity,
                      heng_check__value *out)
{
    bool yes, sound = true;
    size_t word = SIZE_MAX;
    if (unit_field->text.length && !heng_str_is(unit_field->text, "-")) {
        heng_check__report(checker, CHECK_UNIT_OF_WORD, unit_field, HENG_DETAILS(quantity->name));
        sound = false;
    }
    *out = (heng_check__value){.notation = HENG_VALUE, .unit = {"", 0}};
    if (quantity->yes_no && find_yes_no(field->text, &yes)) {
        out->text = yes ? HENG_STR("yes") : HENG_STR("no");
        return sound;
    }
    if (!quantity->yes_no) word = heng_check__find_word(quantity, field->text);
    if (word != SIZE_MAX) {
        out->text = quantity->words[word];
        return sound;
    }
    report_word(checker, field, quantity);
    return false;
}

/* NE, NO, NA, IE, C; and IE with the name behind it. */
static bool find_notation(heng_str text, heng_notation *out)
{
    if (heng_notation_find(text, out)) return true;
    if (!heng_str_starts(text, HENG_STR("IE:")) || text.length > HENG_NAME_MAX) return false;
    *out = HENG_IE;
    return true;
}

bool heng_check__read_value(heng_checker *checker, const heng_check__field *value_field,
                            const heng_check__field *unit_field,
                            const heng_check_quantity *quantity, const heng_str *keys,
                            heng_check__value *out)
{
    bool words = quantity->yes_no || quantity->word_count;
    bool sound = !value_field->bad && !unit_field->bad;
    double factor = NAN;
    if (!value_field->bad && !value_field->text.length) {
        if (value_field->column) {
            const heng_check__schema *schema = checker->layout->schema;
            unsigned column = schema->table == HENG_CHECK_FACTS ? FACT_VALUE : FACTOR_VALUE;
            heng_check__report_required(checker, column, value_field);
        }
        sound = false;
    }
    heng_notation notation;
    if (!value_field->bad && find_notation(value_field->text, &notation)) {
        *out = (heng_check__value){
            .notation = notation, .text = value_field->text, .unit = unit_field->text};
        if (unit_field->bad || !unit_field->text.length || words) return sound;
        return read_unit(checker, unit_field, quantity, keys, &factor) && sound;
    }
    if (words) {
        if (value_field->bad || !value_field->text.length) return false;
        return read_word(checker, value_field, unit_field, quantity, out) && sound;
    }
    if (!unit_field->bad && !unit_field->text.length) {
        if (unit_field->column) {
            const heng_check__schema *schema = checker->layout->schema;
            unsigned column = schema->table == HENG_CHECK_FACTS ? FACT_UNIT : FACTOR_UNIT;
            heng_check__report_required(checker, column, unit_field);
        }
        sound = false;
    } else if (!unit_field->bad) {
        sound &= read_unit(checker, unit_field, quantity, keys, &factor);
    }
    if (value_field->bad || !value_field->text.length) return false;
    *out = (heng_check__value){.notation = HENG_VALUE, .unit = unit_field->text};
    if (!heng_check__read_number(checker, value_field, &out->number, &out->text)) return false;
    return in_range(checker, value_field, quantity, keys, out->number, factor) && sound;
}
