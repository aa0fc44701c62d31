/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/seal/audit.h"
#include "core/uncertainty/uncertainty.h"
#include "flow/seal/list.h"

#include <assert.h>
#include <stdlib.h>

enum { WHY_MAX = 200 /* figures of which it is said which records below them differ */ };

static heng_status no_memory(heng_error *err)
{
    return heng_fail(err, HENG_NO_MEMORY, 0, "no memory to audit");
}

static heng_status find(heng_audit *a, heng_str kind, heng_str name, heng_str what, heng_error *err)
{
    if (!what.at || !name.at) return no_memory(err);
    if (a->count == a->room) {
        size_t room = a->room ? 2 * a->room : 64;
        heng_audit_finding *wider = HENG_ARRAY(a->arena, room, heng_audit_finding);
        if (!wider) return no_memory(err);
        if (a->count) memcpy(wider, a->findings, a->count * sizeof *wider);
        a->findings = wider;
        a->room = room;
    }
    a->findings[a->count++] = (heng_audit_finding){kind, name, what};
    return HENG_OK;
}

/* ---- the seal ------------------------------------------------------------------------------------- */

static heng_status find_in_seal(heng_audit *a, const char *what, heng_error *err)
{
    heng_str name =
        heng_str_format(a->arena, "of run %llu", (unsigned long long)a->book.record.run);
    return find(a, HENG_STR("seal"), name, heng_str_from(what), err);
}

static heng_status check_chain(heng_audit *a, heng_store *store, heng_error *err)
{
    const heng_seal_record *seals;
    size_t count;
    heng_hash previous = {{0}};
    heng_status status = heng_store_seals(store, a->arena, &seals, &count, err);
    for (size_t i = 0; i < count && !status; i++)
        if (seals[i].run < a->book.record.run) previous = heng_seal_mark(seals[i].text);
    if (!status && !heng_hash_equal(previous, a->book.seal.previous))
        status = find_in_seal(a, "it does not follow the seal before it: one is missing or changed",
                              err);
    return status;
}

static bool same_run(const heng_seal_book *book, const heng_receipt_head *head)
{
    const heng_seal *seal = &book->seal;
    return seal->run == book->record.run && heng_hash_equal(seal->program, book->run.program) &&
           heng_str_equal(seal->pack, book->run.pack) && heng_str_equal(seal->as_of, head->as_of);
}

static heng_status check_seal(heng_audit *a, heng_store *store, heng_error *err)
{
    const heng_seal_book *book = &a->book;
    const heng_seal *seal = &book->seal;
    heng_receipt_head head;
    heng_merkle tree;
    heng_merkle_init(&tree);
    for (size_t i = 0; i < book->leaf_count; i++) heng_merkle_add(&tree, book->leaves[i]);
    bool signature = heng_signature_holds(&seal->key, book->record.text, &book->record.signature);
    bool root = tree.count == seal->count && heng_hash_equal(heng_merkle_root(&tree), seal->root);
    heng_status status = heng_seal__head_of(&book->run, seal->engine, a->arena, &head, err);
    if (!status && !signature)
        status = find_in_seal(a, "its signature is not that of its key over what it says", err);
    if (!status && !heng_hash_equal(heng_hash_of(book->list), seal->list))
        status = find_in_seal(a, "its list of what was sealed is not the one that was signed", err);
    if (!status && !root)
        status = find_in_seal(a, "the figures of its list do not make its root", err);
    if (!status && !heng_hash_equal(heng_seal_secret_mark(&book->record.secret), seal->secret))
        status = find_in_seal(a, "its secret is not the one it was made with", err);
    if (!status && !same_run(book, &head))
        status = find_in_seal(a, "the run that is kept has another program, pack or day", err);
    return status ? status : check_chain(a, store, err);
}

/* ---- comparing lists ------------------------------------------------------------------------------ */

static int compare_entries(const void *left, const void *right)
{
    const heng_seal__entry *a = left, *b = right;
    int order = heng_str_compare(a->kind, b->kind);
    return order ? order : heng_str_compare(a->name, b->name);
}

/* Each entry of `sealed` that `now` lacks or has otherwise, and each that only `now` has. Both are sorted. */
static heng_status compare_lists(heng_audit *a, heng_seal__list *sealed, heng_seal__list *now,
                                 heng_error *err)
{
    size_t i = 0, k = 0;
    heng_status status = HENG_OK;
    if (sealed->count) qsort(sealed->items, sealed->count, sizeof *sealed->items, compare_entries);
    if (now->count) qsort(now->items, now->count, sizeof *now->items, compare_entries);
    while ((i < sealed->count || k < now->count) && !status) {
        const heng_seal__entry *then = i < sealed->count ? &sealed->items[i] : NULL;
        const heng_seal__entry *there = k < now->count ? &now->items[k] : NULL;
        int order = !then ? 1 : !there ? -1 : compare_entries(then, there);
        if (order < 0)
            status = find(a, then->kind, then->name, HENG_STR("was sealed, and is not there"), err);
        else if (order > 0)
            status = find(a, there->kind, there->name, HENG_STR("was not there when it was sealed"),
                          err);
        else if (!heng_hash_equal(then->hash, there->hash))
            status = find(a, then->kind, then->name, HENG_STR("is not what was sealed"), err);
        i += order <= 0;
        k += order >= 0;
    }
    return status;
}

static bool is_figure(const heng_seal__entry *entry)
{
    return heng_str_is(entry->kind, "figure");
}

/* Of the sealed list the figures, or all others. */
static heng_status part_of(const heng_audit *a, bool figures, heng_seal__list *out, heng_error *err)
{
    heng_seal__list all = {.arena = a->arena};
    heng_error why;
    *out = (heng_seal__list){.arena = a->arena};
    heng_status status = heng_seal__read_list(a->book.list, &all, &why);
    if (status == HENG_NO_MEMORY) return no_memory(err);
    for (size_t i = 0; i < all.count; i++) {
        if (is_figure(&all.items[i]) != figures) continue;
        status = heng_seal__add(out, all.items[i].kind, all.items[i].name, all.items[i].hash, err);
        if (status) return status;
    }
    return HENG_OK;
}

static heng_status name_changed(heng_audit *a, heng_error *err)
{
    heng_str *names = HENG_ARRAY(a->arena, a->count, heng_str);
    if (!names) return no_memory(err);
    for (size_t i = 0; i < a->count; i++)
        if (heng_str_is(a->findings[i].kind, "fact") || heng_str_is(a->findings[i].kind, "factor"))
            names[a->changed_count++] = a->findings[i].name;
    a->changed = names;
    return HENG_OK;
}

/* What cannot be read of the seal is a finding, and what can be read is still compared. */
static heng_status open_book(heng_audit *a, heng_store *store, uint64_t run, heng_error *err)
{
    heng_error why;
    heng_status status = heng_seal_open(store, run, a->arena, &a->book, &why);
    if (status != HENG_INVALID) {
        if (status) *err = why;
        return status ? status : check_seal(a, store, err);
    }
    const heng_seal_record *seals;
    size_t count;
    status = heng_store_seals(store, a->arena, &seals, &count, err);
    for (size_t i = 0; i < count && !status; i++)
        if (!run || seals[i].run == run) a->book.record = seals[i];
    if (!status)
        status = heng_seal__find_run(store, a->book.record.run, a->arena, &a->book.run, err);
    heng_str what = heng_str_format(a->arena, "%s", why.message);
    if (status || !what.at) return status ? status : no_memory(err);
    return find_in_seal(a, what.at, err);
}

heng_status heng_audit_records(heng_store *store, uint64_t run, heng_arena *arena, heng_audit *out,
                               heng_error *err)
{
    assert(store && arena && out && err);
    heng_audit a = {.arena = arena};
    heng_seal__list sealed, now = {.arena = arena};
    heng_status status = open_book(&a, store, run, err);
    if (status) return status;
    heng_store_look_back(store, a.book.run.step.number);
    status = part_of(&a, false, &sealed, err);
    if (!status) status = heng_seal__add_records(&now, store, err);
    if (!status) status = compare_lists(&a, &sealed, &now, err);
    if (!status) status = name_changed(&a, err);
    if (!status) *out = a;
    return status;
}

/* ---- figures -------------------------------------------------------------------------------------- */

/* CN/2020/method.co2[coal] without the method: facts are recorded under their bare names. */
static heng_str bare_address(heng_str address, heng_arena *arena)
{
    size_t name = heng_str_find(address, HENG_STR("/"), 0);
    if (name != SIZE_MAX) name = heng_str_find(address, HENG_STR("/"), name + 1);
    size_t keys = heng_str_find(address, HENG_STR("["), 0), from = name;
    if (name == SIZE_MAX) return address;
    if (keys == SIZE_MAX) keys = address.length;
    for (size_t i = name; i < keys; i++)
        if (address.at[i] == '.') from = i;
    return heng_str_format(arena, "%.*s/%.*s", HENG_PRINT(heng_str_slice(address, 0, name)),
                           HENG_PRINT(heng_str_slice(address, from + 1, address.length)));
}

/* How the list names what a line is of; .at is NULL when memory ran out. */
static heng_str record_of(const heng_line *line, heng_arena *arena)
{
    enum { TABLE, MEMBER, KEYS };
    const heng_str *f = line->fields;
    if (line->op != HENG_REPLAY_CELL) return bare_address(f[0], arena);
    return heng_str_format(arena, "%.*s%s%.*s%s%s%.*s", HENG_PRINT(f[TABLE]),
                           f[KEYS].length ? "[" : "", HENG_PRINT(f[KEYS]),
                           f[KEYS].length ? "]" : "", f[MEMBER].length ? " of " : "",
                           HENG_PRINT(f[MEMBER]));
}

static const heng_str *changed_below(const heng_audit *a, const heng_line *line)
{
    bool from_books = line->op == HENG_REPLAY_FACT || line->op == HENG_REPLAY_CELL ||
                      line->op == HENG_REPLAY_ABSENT;
    heng_str name = from_books ? record_of(line, a->arena) : (heng_str){NULL, 0};
    if (!name.length) return NULL;
    for (size_t i = 0; i < a->changed_count; i++) {
        heng_str other = a->changed[i];
        bool ends = other.length == name.length ||
                    (other.length > name.length &&
                     (other.at[name.length] == ',' || other.at[name.length] == ' '));
        if (ends && heng_str_starts(other, name)) return &a->changed[i];
    }
    return NULL;
}

typedef struct results {
    const heng_result *items; /* in the order of heng_result_compare */
    size_t count;
    bool *seen;
} results;

typedef struct recount {
    heng_audit *audit;
    const heng_program *program;
    const heng_evaluation *evaluation;
    const heng_quantity_info *quantity;
    results kept;
    const bool *uncertain; /* by quantity: something below it states how far it may be off */
    heng_status status;
    heng_error *err;
} recount;

/* A figure that differs, with what differs below it. */
static heng_status say_why(recount *r, heng_audit_finding *finding, const heng_point *point)
{
    heng_audit *a = r->audit;
    heng_derivation derivation;
    heng_text text;
    size_t said = 0;
    heng_status status = heng_derive(r->evaluation, point, a->arena, &derivation, r->err);
    if (status) return status;
    heng_text_init(&text, a->arena, 1 << 20);
    heng_text_add(&text, finding->what);
    for (size_t i = 0; i < derivation.line_count && said < 5; i++) {
        const heng_str *record = changed_below(a, &derivation.lines[i]);
        if (!record) continue;
        heng_text_add(&text, said++ ? HENG_STR("; ") : HENG_STR(": below it differ "));
        heng_text_add(&text, *record);
    }
    if (text.failed) return no_memory(r->err);
    finding->what = heng_text_view(&text);
    return HENG_OK;
}

static const heng_result *kept_result(recount *r, const heng_point *point)
{
    heng_result wanted = {.quantity = r->quantity->qualified,
                          .entity = point->entity,
                          .key_count = point->key_count,
                          .period = point->period};
    memcpy(wanted.keys, point->keys, sizeof wanted.keys);
    size_t low = 0, high = r->kept.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = heng_result_compare(&r->kept.items[middle], &wanted);
        if (order == 0) {
            r->kept.seen[middle] = true;
            return &r->kept.items[middle];
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static heng_str word_of(const heng_quantity_info *quantity, const heng_value *value)
{
    if (value->state != HENG_STATE_KNOWN) return HENG_STR("");
    if (quantity->yes_no) return value->number != 0 ? HENG_STR("yes") : HENG_STR("no");
    if (!quantity->list) return HENG_STR("");
    return quantity->list->members[(size_t)value->number];
}

/* As it is kept: all 0 where there is none. */
static bool same_interval(recount *r, const heng_result *kept, const heng_point *point)
{
    heng_interval interval = {.known = false};
    if (r->uncertain[point->quantity])
        r->status =
            heng_uncertainty_interval(r->evaluation, point, r->audit->arena, &interval, r->err);
    return kept->has_interval == interval.known && kept->low == interval.low &&
           kept->high == interval.high && kept->covered == interval.covered;
}

static bool same_value(const heng_result *kept, const heng_value *value,
                       const heng_quantity_info *quantity)
{
    const heng_value *v = &kept->value;
    bool known = value->state == HENG_STATE_KNOWN;
    bool same = v->state == value->state && v->number == (known ? value->number : 0) &&
                v->has_at_least == value->has_at_least &&
                v->at_least == (value->has_at_least ? value->at_least : 0) &&
                v->have == value->have && v->want == value->want &&
                v->evidence == value->evidence && heng_str_equal(kept->unit, quantity->unit) &&
                heng_str_equal(kept->word, word_of(quantity, value));
    for (int i = 0; i < HENG_QUALITY_COUNT; i++) same = same && v->quality[i] == value->quality[i];
    return same;
}

static bool check_value(void *context, const heng_point *point, const heng_value *value)
{
    recount *r = context;
    const heng_result *kept = kept_result(r, point);
    if (kept && same_value(kept, value, r->quantity) && same_interval(r, kept, point)) return true;
    if (r->status) return false;
    heng_str name, what = HENG_STR("follows from the books, and is not kept");
    r->status = heng_figure_write(r->program, point, r->audit->arena, &name, r->err);
    if (kept && kept->value.state == HENG_STATE_KNOWN && value->state == HENG_STATE_KNOWN)
        what = heng_str_format(r->audit->arena, "%.17g is kept, and %.17g follows from the books",
                               kept->value.number, value->number);
    else if (kept)
        what = HENG_STR("what is kept is not what follows from the books");
    if (!r->status) r->status = find(r->audit, HENG_STR("result"), name, what, r->err);
    return r->status == HENG_OK;
}

static heng_status check_results(recount *r, heng_store *store)
{
    heng_audit *a = r->audit;
    heng_result_filter filter = HENG_RESULTS_LATEST;
    filter.run = a->book.run.number;
    heng_status status =
        heng_store_results(store, &filter, a->arena, &r->kept.items, &r->kept.count, r->err);
    if (status) return status;
    r->kept.seen = HENG_ARRAY(a->arena, r->kept.count, bool);
    r->uncertain =
        heng_program_uncertain_reach(r->program, heng_evaluation_world(r->evaluation), a->arena);
    if (!r->kept.seen || !r->uncertain) return no_memory(r->err);
    for (size_t i = 0; i < heng_program_quantity_count(r->program) && !r->status; i++) {
        heng_quantity_info quantity;
        heng_program_quantity(r->program, i, &quantity);
        r->quantity = &quantity;
        if (quantity.kind == HENG_QUANTITY_OUTPUT)
            heng_evaluation_each(r->evaluation, i, check_value, r);
    }
    for (size_t i = 0; i < r->kept.count && !r->status; i++) {
        if (r->kept.seen[i]) continue;
        const heng_result *kept = &r->kept.items[i];
        char when[HENG_PERIOD_TEXT];
        heng_period_write(kept->period, when);
        heng_str name = heng_str_format(a->arena, "%.*s/%s/%.*s", HENG_PRINT(kept->entity), when,
                                        HENG_PRINT(kept->quantity));
        r->status = find(a, HENG_STR("result"), name,
                         HENG_STR("is kept, and does not follow from the books"), r->err);
    }
    return r->status;
}

heng_status heng_audit_figures(heng_audit *a, heng_store *store, const heng_program *program,
                               const heng_evaluation *evaluation, heng_progress *progress,
                               void *context, heng_error *err)
{
    assert(a && store && program && evaluation && err);
    heng_seal__list sealed, now = {.arena = a->arena};
    heng_receipt_head head = heng_seal__head(&a->book);
    heng_world names = {0};
    size_t before = a->count;
    recount r = {.audit = a, .program = program, .evaluation = evaluation, .err = err};
    heng_status status = heng_seal__add_figures(&now, program, evaluation, &head,
                                                &a->book.record.secret, progress, context, err);
    if (!status) status = part_of(a, true, &sealed, err);
    if (!status) status = compare_lists(a, &sealed, &now, err);
    if (!status)
        status = heng_store_entities(store, HENG_KNOWN_NOW, a->arena, &names.entities,
                                     &names.entity_count, err);
    for (size_t i = before; i < a->count && i - before < WHY_MAX && !status; i++) {
        heng_point point;
        heng_error ignored;
        if (!a->changed_count || heng_figure_parse(program, &names, a->findings[i].name, a->arena,
                                                   &point, &ignored) != HENG_OK)
            continue;
        heng_status derived = say_why(&r, &a->findings[i], &point);
        if (derived == HENG_NO_MEMORY) status = derived;
    }
    return status ? status : check_results(&r, store);
}
