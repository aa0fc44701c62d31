/* Names that must be known: entities, quantities, keys, sources. A code counts before a name, a full
 * name before a short one; where two things of one name remain, the finding asks for the code.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/check/checker.h"

#include <assert.h>

enum { SUGGESTIONS_MAX = 500, MATCHES_MAX = 8, NAMES_OF_ENTITY = 2 };

/* ---- suggestions ---- */

/* " Nearest: ZJ (浙江)." into the detail of that number, or nothing. */
static void suggest(heng_checker *checker, const heng_check__names *names, heng_str text,
                    heng_finding_details *details, size_t index)
{
    details->en[index] = details->zh[index] = (heng_str){"", 0};
    if (!checker->suggestions_left) return;
    checker->suggestions_left--;
    heng_str near = heng_check__kept(checker, heng_check__names_near(names, text, checker->arena));
    if (!near.length) return;
    details->en[index] = heng_check__kept(
        checker, heng_str_format(checker->arena, " Nearest: %.*s.", HENG_PRINT(near)));
    details->zh[index] = heng_check__kept(
        checker, heng_str_format(checker->arena, "相近的有：%.*s。", HENG_PRINT(near)));
}

/* ---- entities ---- */

/* The rest of a name once what every place of its level carries is cut off: 浙江 of 浙江省. */
static heng_str shortened(heng_str name)
{
    static const char *const tails[] = {"特别行政区",
                                        "维吾尔自治区",
                                        "壮族自治区",
                                        "回族自治区",
                                        "自治区",
                                        "自治州",
                                        "地区",
                                        "省",
                                        "市",
                                        "盟",
                                        "县",
                                        "区",
                                        " Autonomous Region",
                                        " Province",
                                        " Municipality",
                                        " City"};
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        heng_str tail = heng_str_from(tails[i]);
        /* A name keeps at least two Chinese characters: 沙市 is no 沙. */
        if (name.length >= tail.length + 6 && heng_str_ends(name, tail))
            return heng_str_slice(name, 0, name.length - tail.length);
    }
    return name;
}

static heng_str shown_entity(heng_checker *checker, const heng_entity *entity)
{
    heng_str name = entity->name_zh.length ? entity->name_zh : entity->name_en;
    if (!name.length) return entity->code;
    return heng_check__kept(checker, heng_str_format(checker->arena, "%.*s (%.*s)",
                                                     HENG_PRINT(entity->code), HENG_PRINT(name)));
}

static void add(heng_checker *checker, heng_check__names *names, heng_str name, heng_str shown,
                size_t id)
{
    if (!heng_check__names_add(names, checker->arena, name, shown, (uint32_t)id))
        checker->no_memory = true;
}

static void open_names(heng_checker *checker, heng_check__names *names, size_t capacity)
{
    if (!heng_check__names_open(names, checker->arena, capacity)) {
        *names = (heng_check__names){0};
        checker->no_memory = true;
    }
}

/* The book's entities and those of this workbook, in one array. */
static void gather_entities(heng_checker *checker)
{
    const heng_check_vocabulary *vocabulary = checker->vocabulary;
    size_t count = vocabulary->entity_count + checker->entity_rows.count;
    heng_entity *all = HENG_ARRAY(checker->arena, count, heng_entity);
    checker->entity_count = 0;
    if (!all) {
        checker->no_memory = true;
        return;
    }
    const heng_check__entity *rows = checker->entity_rows.items;
    for (size_t i = 0; i < vocabulary->entity_count; i++) all[i] = vocabulary->entities[i];
    for (size_t i = 0; i < checker->entity_rows.count; i++)
        all[vocabulary->entity_count + i] = rows[i].entity;
    checker->entities = all;
    checker->entity_count = count;
}

void heng_check__open_entities(heng_checker *checker)
{
    gather_entities(checker);
    size_t count = NAMES_OF_ENTITY * checker->entity_count;
    open_names(checker, &checker->entity_codes, count);
    open_names(checker, &checker->entity_names, count);
    open_names(checker, &checker->entity_short, count);
    for (size_t i = 0; i < checker->entity_count && !checker->no_memory; i++) {
        const heng_entity *entity = &checker->entities[i];
        heng_str shown = shown_entity(checker, entity);
        add(checker, &checker->entity_codes, entity->code, shown, i);
        add(checker, &checker->entity_codes, entity->standard_code, shown, i);
        add(checker, &checker->entity_names, entity->name_en, shown, i);
        add(checker, &checker->entity_names, entity->name_zh, shown, i);
        add(checker, &checker->entity_short, shortened(entity->name_en), shown, i);
        add(checker, &checker->entity_short, shortened(entity->name_zh), shown, i);
    }
}

static bool is_of(const heng_entity *entity, heng_str kind_or_level)
{
    return !kind_or_level.length || heng_str_equal(entity->kind, kind_or_level) ||
           heng_str_equal(entity->level, kind_or_level);
}

typedef struct matches {
    const heng_entity *items[MATCHES_MAX];
    size_t count;
    bool fitting; /* all are of the kind or level */
} matches;

/* Those of the kind or level drive out the others. */
static void match(matches *found, const heng_entity *entity, heng_str kind_or_level)
{
    bool fits = is_of(entity, kind_or_level);
    if (found->count && found->fitting && !fits) return;
    if (fits && !found->fitting) *found = (matches){.fitting = true};
    for (size_t i = 0; i < found->count; i++)
        if (heng_str_equal(found->items[i]->code, entity->code)) return;
    if (found->count < MATCHES_MAX) found->items[found->count++] = entity;
}

static void match_all(const heng_checker *checker, const heng_check__names *names, heng_str text,
                      heng_str kind_or_level, matches *found)
{
    for (const heng_check__name *one = NULL; (one = heng_check__names_find(names, text, one));)
        match(found, &checker->entities[one->id], kind_or_level);
}

static matches matches_of(const heng_checker *checker, heng_str text, heng_str kind_or_level)
{
    matches found = {.count = 0};
    match_all(checker, &checker->entity_codes, text, kind_or_level, &found);
    for (size_t i = 0; i < found.count; i++) /* the code to the letter */
        if (heng_str_equal(found.items[i]->code, text))
            return (matches){.items = {found.items[i]}, .count = 1};
    if (!found.count) match_all(checker, &checker->entity_names, text, kind_or_level, &found);
    if (!found.count) {
        heng_str stem = shortened(text);
        match_all(checker, &checker->entity_short, stem, kind_or_level, &found);
        match_all(checker, &checker->entity_names, stem, kind_or_level, &found);
    }
    return found;
}

const heng_entity *heng_check__find_entity(const heng_checker *checker, heng_str text,
                                           heng_str kind_or_level)
{
    matches found = matches_of(checker, heng_check__trim(text), kind_or_level);
    return found.count == 1 ? found.items[0] : NULL;
}

static void report_ambiguous(heng_checker *checker, const heng_check__field *field, heng_str text,
                             const matches *found)
{
    heng_text list;
    heng_text_init(&list, checker->arena, MATCHES_MAX * 3 * HENG_NAME_MAX);
    for (size_t i = 0; i < found->count; i++) {
        if (i) heng_text_add(&list, HENG_STR(", "));
        heng_text_add(&list, shown_entity(checker, found->items[i]));
    }
    if (list.failed) checker->no_memory = true;
    heng_check__report(checker, CHECK_ENTITY_AMBIGUOUS, field,
                       HENG_DETAILS(text, heng_text_view(&list)));
}

const heng_entity *heng_check__read_entity(heng_checker *checker, const heng_check__field *field,
                                           heng_str text, heng_str kind_or_level)
{
    matches found = matches_of(checker, text, kind_or_level);
    if (found.count == 1) return found.items[0];
    if (found.count) {
        report_ambiguous(checker, field, text, &found);
        return NULL;
    }
    heng_finding_details details = {.en = {text}};
    suggest(checker, &checker->entity_short, text, &details, 1);
    if (!details.en[1].length) suggest(checker, &checker->entity_codes, text, &details, 1);
    heng_check__report(checker, CHECK_ENTITY, field, &details);
    return NULL;
}

/* ---- sources ---- */

static heng_str source_code(const heng_checker *checker, size_t id)
{
    const heng_check_vocabulary *vocabulary = checker->vocabulary;
    if (id < vocabulary->source_count) return vocabulary->sources[id].code;
    return ((const heng_source *)checker->sources.items)[id - vocabulary->source_count].code;
}

void heng_check__open_sources(heng_checker *checker)
{
    size_t count = checker->vocabulary->source_count + checker->sources.count;
    open_names(checker, &checker->source_codes, count);
    for (size_t i = 0; i < count && !checker->no_memory; i++) {
        heng_str code = source_code(checker, i);
        add(checker, &checker->source_codes, code, code, i);
    }
}

bool heng_check__read_source(heng_checker *checker, unsigned column, heng_str *out)
{
    heng_check__field field = heng_check__field_of(checker, column);
    if (field.bad) return false;
    heng_str text = field.text.length ? field.text : checker->options->source;
    if (!text.length) {
        if (field.column) heng_check__report_required(checker, column, &field);
        return false;
    }
    for (const heng_check__name *one = NULL;
         (one = heng_check__names_find(&checker->source_codes, text, one));) {
        if (!heng_str_equal(source_code(checker, one->id), text)) continue;
        *out = source_code(checker, one->id);
        return true;
    }
    heng_finding_details details = {.en = {text}};
    suggest(checker, &checker->source_codes, text, &details, 1);
    heng_check__report(checker, CHECK_SOURCE, &field, &details);
    return false;
}

/* ---- quantities ---- */

void heng_check__open_terms(heng_checker *checker)
{
    const heng_check_vocabulary *vocabulary = checker->vocabulary;
    open_names(checker, &checker->quantity_names, 2 * vocabulary->quantity_count);
    open_names(checker, &checker->quantity_labels, 2 * vocabulary->quantity_count);
    checker->suggestions_left = SUGGESTIONS_MAX;
    for (size_t i = 0; i < vocabulary->quantity_count && !checker->no_memory; i++) {
        const heng_check_quantity *quantity = &vocabulary->quantities[i];
        add(checker, &checker->quantity_names, quantity->name, quantity->name, i);
        add(checker, &checker->quantity_names, quantity->qualified, quantity->name, i);
        add(checker, &checker->quantity_labels, quantity->label_en, quantity->name, i);
        add(checker, &checker->quantity_labels, quantity->label_zh, quantity->name, i);
    }
    heng_check__open_sources(checker);
    heng_check__open_entities(checker);
}

/* A fact and a table of one name are two things; the wanted one is taken where there is a choice. */
static const heng_check_quantity *find_quantity(const heng_checker *checker,
                                                const heng_check__names *names, heng_str text,
                                                bool exact, bool table)
{
    const heng_check_quantity *found = NULL;
    for (const heng_check__name *one = NULL; (one = heng_check__names_find(names, text, one));) {
        const heng_check_quantity *quantity = &checker->vocabulary->quantities[one->id];
        bool same =
            heng_str_equal(quantity->name, text) || heng_str_equal(quantity->qualified, text);
        if (exact && !same) continue;
        if (!found || (quantity->is_table == table && found->is_table != table)) found = quantity;
    }
    return found;
}

const heng_check_quantity *heng_check__read_quantity(heng_checker *checker,
                                                     const heng_check__field *field, bool table)
{
    const heng_check__names *names = &checker->quantity_names;
    const heng_check_quantity *found = find_quantity(checker, names, field->text, true, table);
    if (!found) found = find_quantity(checker, names, field->text, false, table);
    if (!found)
        found = find_quantity(checker, &checker->quantity_labels, field->text, false, table);
    if (found && found->is_table == table) return found;
    if (found && !table) {
        heng_check__report(checker, CHECK_FACT_IN_TABLE, field, HENG_DETAILS(found->name));
        return NULL;
    }
    heng_finding_details details = {.en = {field->text}};
    suggest(checker, names, field->text, &details, 1);
    if (!details.en[1].length)
        suggest(checker, &checker->quantity_labels, field->text, &details, 1);
    heng_check__report(checker, table ? CHECK_TABLE : CHECK_QUANTITY, field, &details);
    return NULL;
}

static const char *grain_zh(heng_grain grain)
{
    static const char *const names[HENG_GRAIN_COUNT] = {"月", "季度", "半年", "年", "五年规划"};
    return names[grain];
}

static void report_grain(heng_checker *checker, const heng_check_quantity *quantity,
                         const heng_check__field *field, heng_period period)
{
    heng_finding_details details = {
        .en = {quantity->name, heng_str_from(heng_grain_name(quantity->grain)), field->text,
               heng_str_from(heng_grain_name(period.grain))},
        .zh = {[1] = heng_str_from(grain_zh(quantity->grain)),
               [3] = heng_str_from(grain_zh(period.grain))},
    };
    heng_check__report(checker, CHECK_GRAIN_OF, field, &details);
}

const heng_check_quantity *heng_check__fit(heng_checker *checker, const heng_check_quantity *any,
                                           const heng_check__field *entity_field,
                                           const heng_entity *entity,
                                           const heng_check__field *period_field,
                                           const heng_period *period)
{
    const heng_check_quantity *right_level = NULL;
    for (const heng_check__name *one = NULL;
         (one = heng_check__names_find(&checker->quantity_names, any->name, one));) {
        const heng_check_quantity *quantity = &checker->vocabulary->quantities[one->id];
        if (quantity->is_table != any->is_table) continue;
        if (!heng_str_equal(quantity->name, any->name)) continue;
        if (entity && !is_of(entity, quantity->kind_or_level)) continue;
        if (!period || quantity->is_table || period->grain == quantity->grain) return quantity;
        if (!right_level) right_level = quantity;
    }
    if (right_level) {
        report_grain(checker, right_level, period_field, *period);
        return NULL;
    }
    assert(entity);
    heng_str is = entity->level.length ? entity->level : entity->kind;
    heng_check__report(checker, CHECK_LEVEL_OF, entity_field,
                       HENG_DETAILS(any->name, any->kind_or_level, entity->code, is));
    return NULL;
}

/* ---- keys ---- */

static bool same_plain(heng_str a, heng_str b)
{
    char bytes_a[HENG_PLAIN_MAX], bytes_b[HENG_PLAIN_MAX];
    heng_str plain_a = heng_check__plain(a, bytes_a), plain_b = heng_check__plain(b, bytes_b);
    return plain_a.length && heng_str_equal(plain_a, plain_b);
}

/* The member that is meant; SIZE_MAX if none is. */
static size_t find_member(const heng_str *members, const heng_str *labels_en,
                          const heng_str *labels_zh, size_t count, heng_str text)
{
    for (size_t i = 0; i < count; i++)
        if (heng_str_equal(members[i], text)) return i;
    for (size_t i = 0; i < count; i++) {
        if (same_plain(members[i], text)) return i;
        if (labels_en && same_plain(labels_en[i], text)) return i;
        if (labels_zh && same_plain(labels_zh[i], text)) return i;
    }
    return SIZE_MAX;
}

size_t heng_check__find_word(const heng_check_quantity *quantity, heng_str text)
{
    return find_member(quantity->words, quantity->word_labels_en, quantity->word_labels_zh,
                       quantity->word_count, text);
}

static void suggest_member(heng_checker *checker, const heng_check_key *key, heng_str text,
                           heng_finding_details *details)
{
    heng_check__names names;
    details->en[2] = details->zh[2] = (heng_str){"", 0};
    if (!checker->suggestions_left) return;
    open_names(checker, &names, 3 * key->member_count);
    for (size_t i = 0; i < key->member_count && !checker->no_memory; i++) {
        add(checker, &names, key->members[i], key->members[i], i);
        if (key->labels_en) add(checker, &names, key->labels_en[i], key->members[i], i);
        if (key->labels_zh) add(checker, &names, key->labels_zh[i], key->members[i], i);
    }
    suggest(checker, key->entities_of.length ? &checker->entity_short : &names, text, details, 2);
}

static bool read_key(heng_checker *checker, const heng_check__field *field,
                     const heng_check_key *key, heng_str text, heng_str *out)
{
    if (key->is_number) {
        double number;
        heng_error err;
        if (heng_number_parse(text, &number, &err) == HENG_OK) {
            *out = text;
            return true;
        }
        heng_check__report(checker, CHECK_NOT_NUMBER, field, HENG_DETAILS(text));
        return false;
    }
    size_t member =
        find_member(key->members, key->labels_en, key->labels_zh, key->member_count, text);
    if (member != SIZE_MAX) {
        *out = key->members[member];
        return true;
    }
    if (key->entities_of.length) {
        const heng_entity *entity = heng_check__find_entity(checker, text, key->entities_of);
        if (entity && is_of(entity, key->entities_of)) {
            *out = entity->code;
            return true;
        }
    }
    heng_finding_details details = {.en = {text, key->name}};
    suggest_member(checker, key, text, &details);
    heng_check__report(checker, CHECK_KEY, field, &details);
    return false;
}

static void report_key_count(heng_checker *checker, const heng_check__field *field,
                             const heng_check_quantity *quantity, size_t given)
{
    heng_arena *arena = checker->arena;
    heng_text order;
    heng_text_init(&order, arena, (size_t)HENG_KEYS_MAX * (HENG_NAME_MAX + 2));
    for (size_t i = 0; i < quantity->key_count; i++) {
        if (i) heng_text_add_char(&order, ';');
        heng_text_add(&order, quantity->keys[i].name);
    }
    if (!quantity->key_count) heng_text_add(&order, HENG_STR("-"));
    if (order.failed) checker->no_memory = true;
    size_t count = quantity->key_count;
    heng_finding_details details = {
        .en = {quantity->name,
               heng_check__kept(checker,
                                heng_str_format(arena, count == 1 ? "%zu key" : "%zu keys", count)),
               heng_check__kept(checker,
                                heng_str_format(arena, given == 1 ? "%zu is" : "%zu are", given)),
               heng_text_view(&order)},
        .zh = {[1] = heng_check__kept(checker, heng_str_format(arena, "%zu", count)),
               [2] = heng_check__kept(checker, heng_str_format(arena, "%zu", given))},
    };
    heng_check__report(checker, CHECK_KEY_COUNT, field, &details);
}

/* Cuts at a semicolon of either width. */
static bool cut_key(heng_str *rest, heng_str *piece)
{
    heng_str wide = HENG_STR("；");
    if (!rest->at) return false;
    size_t narrow_at = heng_str_find(*rest, HENG_STR(";"), 0);
    size_t wide_at = heng_str_find(*rest, wide, 0);
    size_t at = narrow_at < wide_at ? narrow_at : wide_at;
    if (at == SIZE_MAX) {
        *piece = *rest;
        *rest = (heng_str){NULL, 0};
        return true;
    }
    *piece = heng_str_slice(*rest, 0, at);
    *rest = heng_str_slice(*rest, at + (narrow_at < wide_at ? 1 : wide.length), rest->length);
    return true;
}

bool heng_check__read_keys(heng_checker *checker, const heng_check__field *field,
                           const heng_check_quantity *quantity, heng_str keys[HENG_KEYS_MAX])
{
    heng_str rest = field->text, piece;
    size_t given = 0;
    if (field->bad) return false;
    while (rest.length && cut_key(&rest, &piece)) {
        if (given < HENG_KEYS_MAX) keys[given] = heng_check__trim(piece);
        given++;
        if (!rest.at || rest.length) continue;
        if (given < HENG_KEYS_MAX) keys[given] = (heng_str){"", 0};
        given++; /* a semicolon at the end opens an empty key */
    }
    if (given != quantity->key_count) {
        report_key_count(checker, field, quantity, given);
        return false;
    }
    bool sound = true;
    for (size_t i = 0; i < given; i++)
        sound &= read_key(checker, field, &quantity->keys[i], keys[i], &keys[i]);
    return sound;
}
