/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/seal/seal.h"
#include "core/receipt/proof.h"
#include "core/receipt/field.h"
#include "core/receipt/sealing.h"
#include "flow/seal/list.h"

#include <assert.h>
#include <stdlib.h>

static heng_status no_memory(heng_error *err)
{
    return heng_fail(err, HENG_NO_MEMORY, 0, "no memory to seal");
}

/* ---- the run -------------------------------------------------------------------------------------- */

heng_status heng_seal__find_run(heng_store *store, uint64_t number, heng_arena *arena,
                                heng_run *out, heng_error *err)
{
    const heng_run *runs;
    size_t count;
    heng_status status = heng_store_runs(store, arena, &runs, &count, err);
    if (status) return status;
    for (size_t i = 0; i < count; i++) {
        if (runs[i].number != number) continue;
        *out = runs[i];
        return HENG_OK;
    }
    return heng_fail(err, HENG_NOT_FOUND, 0, "there is no run %llu; compute first",
                     (unsigned long long)number);
}

static heng_str instant_text(heng_instant at, heng_arena *arena)
{
    char text[HENG_INSTANT_TEXT];
    size_t length = heng_instant_write(at, text);
    return heng_str_copy(arena, (heng_str){text, length});
}

/* "now" says nothing to who reads it later: it was the instant of the run. */
heng_status heng_seal__head_of(const heng_run *run, heng_str engine, heng_arena *arena,
                               heng_receipt_head *out, heng_error *err)
{
    heng_instant as_of = run->as_of == HENG_INSTANT_MAX ? run->step.at : run->as_of;
    *out = (heng_receipt_head){.program = run->program,
                               .pack = run->pack,
                               .as_of = instant_text(as_of, arena),
                               .engine = engine};
    return out->as_of.at ? HENG_OK : no_memory(err);
}

/* ---- figures -------------------------------------------------------------------------------------- */

typedef struct figure_point {
    heng_point point;
    size_t place; /* in the tree */
} figure_point;

typedef struct figures {
    heng_arena *arena;
    figure_point *items;
    size_t count, room;
    bool failed;
} figures;

static bool add_point(void *context, const heng_point *point, const heng_value *value)
{
    figures *f = context;
    (void)value;
    if (f->count == f->room) {
        size_t room = f->room ? 2 * f->room : 1024;
        figure_point *items = HENG_ARRAY(f->arena, room, figure_point);
        f->failed = !items;
        if (!items) return false;
        if (f->count) memcpy(items, f->items, f->count * sizeof *items);
        f->items = items;
        f->room = room;
    }
    f->items[f->count] = (figure_point){*point, f->count};
    f->count++;
    return true;
}

/* Neighbours share most of what they stand on. */
static int compare_points(const void *left, const void *right)
{
    const figure_point *a = left, *b = right;
    int order = heng_str_compare(a->point.entity, b->point.entity);
    if (!order) order = heng_period_compare(a->point.period, b->point.period);
    return order ? order : (a->place > b->place) - (a->place < b->place);
}

static heng_status take_points(const heng_program *program, const heng_evaluation *evaluation,
                               figures *f, heng_error *err)
{
    for (size_t i = 0; i < heng_program_quantity_count(program) && !f->failed; i++) {
        heng_quantity_info quantity;
        heng_program_quantity(program, i, &quantity);
        if (quantity.kind == HENG_QUANTITY_OUTPUT)
            heng_evaluation_each(evaluation, i, add_point, f);
    }
    if (f->failed) return no_memory(err);
    if (f->count) qsort(f->items, f->count, sizeof *f->items, compare_points);
    return HENG_OK;
}

static heng_status add_leaf(heng_sealing *sealing, const figure_point *from,
                            const heng_seed *secret, heng_seal__list *list, heng_error *err)
{
    heng_str figure;
    heng_hash id;
    heng_status status = heng_sealing_figure(sealing, &from->point, &figure, &id, err);
    if (!status)
        list->items[from->place] = (heng_seal__entry){
            HENG_STR("figure"), figure, heng_seal_leaf(heng_seal_salt(secret, id), id)};
    return status;
}

heng_status heng_seal__add_figures(heng_seal__list *list, const heng_program *program,
                                   const heng_evaluation *evaluation, const heng_receipt_head *head,
                                   const heng_seed *secret, heng_progress *progress, void *context,
                                   heng_error *err)
{
    figures f = {.arena = list->arena};
    heng_sealing *sealing = NULL;
    assert(!list->count);
    heng_status status = take_points(program, evaluation, &f, err);
    if (!status)
        status = heng_sealing_open(program, evaluation, head, secret, list->arena, &sealing, err);
    if (status) return status;
    list->items = HENG_ARRAY(list->arena, f.count + 1, heng_seal__entry);
    if (!list->items) status = no_memory(err);
    for (size_t i = 0; i < f.count && !status; i++) {
        if (progress && i % 256 == 0 && !progress(context, i, f.count))
            status = heng_fail(err, HENG_CANCELLED, i, "stopped; nothing was sealed");
        else
            status = add_leaf(sealing, &f.items[i], secret, list, err);
    }
    heng_sealing_close(sealing);
    list->count = f.count;
    list->room = f.count + 1;
    return status;
}

/* ---- sealing -------------------------------------------------------------------------------------- */

/* From the key and from which run it is, so that sealing the same books twice gives the same bytes. */
static heng_seed secret_of(const heng_seal_order *order, const heng_run *run)
{
    heng_hasher h;
    heng_hasher_begin(&h);
    heng_hasher_add(&h, (heng_str){(const char *)run->program.bytes, HENG_HASH_BYTES});
    heng_hasher_add(&h, (heng_str){(const char *)&run->number, sizeof run->number});
    heng_hasher_add(&h, (heng_str){(const char *)&run->step.at, sizeof run->step.at});
    heng_hash which = heng_hasher_end(&h);
    heng_hash made = heng_salt_of("heng-run-1", order->key,
                                  (heng_str){(const char *)which.bytes, HENG_HASH_BYTES});
    heng_seed secret;
    memcpy(secret.bytes, made.bytes, sizeof secret.bytes);
    return secret;
}

/* The seals there are: this run's, or the newest before it. */
static heng_status look_at_seals(heng_store *store, const heng_seal_order *order, heng_arena *arena,
                                 heng_seal *seal, bool *there, heng_error *err)
{
    const heng_seal_record *seals;
    size_t count;
    *there = false;
    heng_status status = heng_store_seals(store, arena, &seals, &count, err);
    if (status || !count) return status;
    const heng_seal_record *last = &seals[count - 1];
    if (last->run < order->run) {
        seal->previous = heng_seal_mark(last->text);
        return HENG_OK;
    }
    if (last->run > order->run)
        return heng_fail(err, HENG_REFUSED, 0,
                         "run %llu is sealed, and seals follow each other; run %llu came before it",
                         (unsigned long long)last->run, (unsigned long long)order->run);
    heng_public key = heng_public_of(order->key);
    *there = true;
    status = heng_seal_read(last->text, arena, seal, err);
    if (!status && memcmp(seal->key.bytes, key.bytes, sizeof key.bytes) != 0)
        status = heng_fail(err, HENG_REFUSED, 0,
                           "run %llu is sealed by another key, and a run has one seal",
                           (unsigned long long)order->run);
    return status;
}

static heng_hash root_of(const heng_seal__list *list, uint64_t *count)
{
    heng_merkle tree;
    heng_merkle_init(&tree);
    for (size_t i = 0; i < list->count; i++)
        if (heng_str_is(list->items[i].kind, "figure")) heng_merkle_add(&tree, list->items[i].hash);
    *count = tree.count;
    return heng_merkle_root(&tree);
}

static heng_status put(heng_store *store, const heng_seal_order *order, const heng_seed *secret,
                       heng_seal *seal, heng_str list, heng_arena *arena, heng_error *err)
{
    heng_seal_record record = {.run = order->run, .list = list, .secret = *secret};
    seal->list = heng_hash_of(list);
    seal->secret = heng_seal_secret_mark(secret);
    seal->key = heng_public_of(order->key);
    heng_status status = heng_seal_write(seal, arena, &record.text, err);
    if (status) return status;
    record.signature = heng_sign(order->key, record.text);
    status = heng_store_begin(store, order->now, HENG_STR("seal"), err);
    if (!status) status = heng_store_put_seal(store, &record, NULL, err);
    if (!status) status = heng_store_commit(store, err);
    if (status) heng_store_rollback(store);
    return status;
}

heng_status heng_seal_run(heng_store *store, const heng_program *program,
                          const heng_evaluation *evaluation, const heng_seal_order *order,
                          heng_progress *progress, void *context, heng_arena *arena, heng_seal *out,
                          heng_error *err)
{
    assert(store && program && evaluation && order && arena && out && err);
    heng_run run;
    heng_receipt_head head;
    heng_seal seal = {.run = order->run, .engine = order->engine};
    heng_seal__list list = {.arena = arena};
    heng_str text;
    bool there;
    heng_status status = look_at_seals(store, order, arena, &seal, &there, err);
    if (!status && there) *out = seal;
    if (status || there) return status;
    status = heng_seal__find_run(store, order->run, arena, &run, err);
    if (!status) status = heng_seal__head_of(&run, order->engine, arena, &head, err);
    if (status) return status;
    heng_seed secret = secret_of(order, &run);
    status =
        heng_seal__add_figures(&list, program, evaluation, &head, &secret, progress, context, err);
    if (status) return status;
    seal.program = run.program;
    seal.pack = run.pack;
    seal.as_of = head.as_of;
    seal.made = instant_text(order->now, arena);
    if (!seal.made.at) return no_memory(err);
    seal.root = root_of(&list, &seal.count);
    heng_store_look_back(store, run.step.number);
    status = heng_seal__add_records(&list, store, err);
    heng_store_look_back(store, 0);
    if (!status) status = heng_seal__write_list(&list, arena, &text, err);
    if (!status) status = put(store, order, &secret, &seal, text, arena, err);
    if (!status) *out = seal;
    return status;
}

/* ---- opening -------------------------------------------------------------------------------------- */

static heng_status open_list(heng_seal_book *book, heng_arena *arena, heng_error *err)
{
    heng_seal__list list = {.arena = arena};
    heng_status status = heng_seal__read_list(book->list, &list, err);
    if (status) return status;
    heng_str *names = HENG_ARRAY(arena, list.count, heng_str);
    heng_hash *leaves = HENG_ARRAY(arena, list.count, heng_hash);
    if (!names || !leaves) return no_memory(err);
    for (size_t i = 0; i < list.count; i++) {
        if (!heng_str_is(list.items[i].kind, "figure")) continue;
        names[book->leaf_count] = list.items[i].name;
        leaves[book->leaf_count++] = list.items[i].hash;
    }
    book->figures = names;
    book->leaves = leaves;
    return HENG_OK;
}

heng_status heng_seal_open(heng_store *store, uint64_t run, heng_arena *arena, heng_seal_book *out,
                           heng_error *err)
{
    assert(store && arena && out && err);
    const heng_seal_record *seals;
    size_t count;
    heng_seal_book book = {0};
    heng_status status = heng_store_seals(store, arena, &seals, &count, err);
    if (status) return status;
    for (size_t i = 0; i < count; i++)
        if (!run || seals[i].run == run) book.record = seals[i];
    if (!book.record.run && !run)
        return heng_fail(err, HENG_NOT_FOUND, 0, "no run is sealed. Remedy: heng compute --seal");
    if (!book.record.run)
        return heng_fail(err, HENG_NOT_FOUND, 0, "run %llu is not sealed", (unsigned long long)run);
    status = heng_seal_read(book.record.text, arena, &book.seal, err);
    if (!status) status = heng_seal__find_run(store, book.record.run, arena, &book.run, err);
    if (!status) status = heng_store_seal_list(store, book.record.run, arena, &book.list, err);
    if (!status) status = open_list(&book, arena, err);
    if (!status) *out = book;
    return status;
}

/* ---- receipts ------------------------------------------------------------------------------------- */

bool heng_seal__attach(const heng_seal_book *book, heng_str figure, heng_hash id,
                       heng_hash path[HENG_MERKLE_PATH_MAX], heng_sealed *out)
{
    heng_hash salt = heng_seal_salt(&book->record.secret, id);
    heng_hash leaf = heng_seal_leaf(salt, id);
    for (size_t i = 0; i < book->leaf_count; i++) {
        if (!heng_hash_equal(book->leaves[i], leaf) || !heng_str_equal(book->figures[i], figure))
            continue;
        *out = (heng_sealed){.text = book->record.text,
                             .signature = book->record.signature,
                             .salt = salt,
                             .index = i,
                             .path = path};
        out->path_length = heng_merkle_path(book->leaves, book->leaf_count, i, path);
        return true;
    }
    return false;
}

/* The head that receipts of that run have. */
heng_receipt_head heng_seal__head(const heng_seal_book *book)
{
    return (heng_receipt_head){.program = book->seal.program,
                               .pack = book->seal.pack,
                               .as_of = book->seal.as_of,
                               .engine = book->seal.engine};
}

heng_status heng_seal_receipt(const heng_seal_book *book, const heng_program *program,
                              const heng_evaluation *evaluation, const heng_point *point,
                              const heng_receipt_head *head, heng_arena *arena, heng_text *out,
                              bool *sealed, heng_error *err)
{
    assert(program && evaluation && point && head && arena && out && sealed && err);
    heng_receipt receipt;
    heng_hash path[HENG_MERKLE_PATH_MAX];
    heng_sealed seal;
    heng_status status = HENG_OK;
    *sealed = false;
    if (book) {
        heng_receipt_head then = heng_seal__head(book);
        heng_str figure;
        status = heng_receipt_of(program, evaluation, point, &then, &book->record.secret, arena,
                                 &receipt, err);
        if (!status) status = heng_figure_write(program, point, arena, &figure, err);
        if (status) return status;
        *sealed = heng_seal__attach(book, figure, heng_receipt_id(&receipt), path, &seal);
    }
    if (!*sealed)
        status = heng_receipt_of(program, evaluation, point, head, NULL, arena, &receipt, err);
    if (!status) status = heng_receipt_write(&receipt, *sealed ? &seal : NULL, out, err);
    return status;
}

heng_status heng_seal_proof(const heng_seal_book *book, const heng_program *program,
                            const heng_evaluation *evaluation, const heng_point *figure,
                            const heng_point *total, heng_arena *arena, heng_text *out,
                            heng_error *err)
{
    assert(book && program && evaluation && figure && total && arena && out && err);
    heng_receipt receipt;
    heng_proof proof;
    heng_hash path[HENG_MERKLE_PATH_MAX];
    heng_sealed seal;
    heng_str name, total_name;
    heng_receipt_head then = heng_seal__head(book);
    heng_status status = heng_figure_write(program, figure, arena, &name, err);
    if (!status) status = heng_figure_write(program, total, arena, &total_name, err);
    if (!status)
        status = heng_receipt_of(program, evaluation, total, &then, &book->record.secret, arena,
                                 &receipt, err);
    if (!status) status = heng_proof_make(&receipt, name, arena, &proof, err);
    if (status) return status;
    if (!heng_seal__attach(book, total_name, heng_receipt_id(&receipt), path, &seal))
        return heng_fail(err, HENG_REFUSED, 0,
                         "%.*s is not under the seal of run %llu as the books are. Remedy: --run "
                         "%llu, or heng compute --seal",
                         HENG_PRINT(total_name), (unsigned long long)book->record.run,
                         (unsigned long long)book->record.run);
    return heng_proof_write(&proof, &seal, out, err);
}
