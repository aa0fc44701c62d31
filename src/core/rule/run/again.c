/* An evaluation brought up to date with what is new in its world.
 *
 * What is new is laid into the columns that are there, and touches their points; then the stages run
 * once more, over touched points only. Where what is new would change the frame of the evaluation (other
 * members, other periods, a finding) there is no short way, and everything is evaluated anew.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/run/touch.h"

#include <assert.h>

static bool same_blocks(const heng_world *a, const heng_world *b)
{
    if (a->block_count != b->block_count) return false;
    for (size_t i = 0; i < a->block_count; i++) {
        const heng_block *x = &a->blocks[i], *y = &b->blocks[i];
        bool same = heng_str_equal(x->name, y->name) && heng_str_equal(x->unit, y->unit) &&
                    x->members == y->members && x->member_count == y->member_count &&
                    x->first.grain == y->first.grain && x->first.number == y->first.number &&
                    x->period_count == y->period_count && x->key_count == y->key_count &&
                    x->quality == y->quality && x->evidence == y->evidence &&
                    !x->notations == !y->notations && !x->qualities == !y->qualities &&
                    !x->evidences == !y->evidences;
        for (unsigned k = 0; k < x->key_count && same; k++)
            same = x->keys[k] == y->keys[k] && x->key_sizes[k] == y->key_sizes[k];
        if (!same) return false;
    }
    return true;
}

/* The same members, links and periods, and all that was there before. Where kinds derive entities, what is
 * new may bring others. */
static bool same_frame(const heng_evaluation *e, const heng_world *w)
{
    const heng_world *seen = &e->seen;
    return e->world->entities == seen->entities && w->entities == seen->entities &&
           w->entity_count == seen->entity_count && w->links == seen->links &&
           w->link_count == seen->link_count && w->fact_count >= seen->fact_count &&
           w->row_count >= seen->row_count && w->window.first_month == seen->window.first_month &&
           w->window.last_month == seen->window.last_month && !w->facts_override_rules &&
           !seen->facts_override_rules && same_blocks(seen, w);
}

static bool takes_block(const rule_quantity *q, const heng_block *b)
{
    return q->role == ROLE_INPUT && heng_str_equal(q->name, b->name) &&
           q->grain == b->first.grain && q->key_count == b->key_count;
}

/* Columns look into the blocks of the new world. */
static void move_blocks(heng_evaluation *e, const heng_world *world)
{
    for (size_t i = 0; i < e->program->quantity_count; i++) {
        rule_column *columns[] = {&e->columns[i], &e->overrides[i]};
        for (int c = 0; c < 2; c++)
            if (columns[c]->form == FORM_BLOCK)
                columns[c]->block = &world->blocks[columns[c]->block_number];
    }
}

static heng_status touch_blocks(heng_evaluation *e, const heng_change *changes, size_t count,
                                rule_touches *touches, bool *taken, heng_error *err)
{
    heng_status status = HENG_OK;
    for (size_t i = 0; i < count && !status; i++) {
        const heng_block *block = &e->world->blocks[changes[i].block];
        assert(changes[i].block < e->world->block_count);
        assert(changes[i].cell < heng_block_count(block));
        for (size_t q = 0; q < e->program->quantity_count && !status; q++) {
            if (!takes_block(&e->program->quantities[q], block)) continue;
            const rule_column *column = &e->columns[q];
            *taken = *taken && column->form == FORM_BLOCK;
            if (!*taken) return HENG_OK;
            status =
                heng_rule__touch_point(touches, &touches->columns[q], column, changes[i].cell, err);
        }
    }
    return status;
}

/* What is new, into the columns. Not taken: everything has to be evaluated anew. */
static heng_status take_in(heng_evaluation *e, const heng_world *world, const heng_change *changes,
                           size_t count, rule_touches *touches, bool *taken, heng_error *err)
{
    size_t facts = e->seen.fact_count, rows = e->seen.row_count;
    *taken = true;
    e->world = world;
    e->seen = *world;
    move_blocks(e, world);
    heng_status status = touch_blocks(e, changes, count, touches, taken, err);
    if (!status && *taken) status = heng_rule__offer_facts(e, facts, touches, taken, err);
    if (!status && *taken) status = heng_rule__offer_rows(e, rows, touches, taken, err);
    return status;
}

heng_status heng_reevaluate(heng_crew *crew, heng_evaluation *evaluation, const heng_world *world,
                            const heng_change *changes, size_t change_count, heng_evaluation **out,
                            size_t *reckoned, heng_error *err)
{
    assert(evaluation && world && out && reckoned && err);
    heng_evaluation *e = evaluation;
    heng_arena scratch;
    rule_touches touches;
    bool taken = same_frame(e, world);
    heng_status status = HENG_OK;
    heng_arena_init(&scratch, e->arena->limit);
    if (taken) status = heng_rule__open_touches(e, &scratch, &touches, err);
    if (!status && taken) status = take_in(e, world, changes, change_count, &touches, &taken, err);
    if (!status && taken)
        status = heng_rule__evaluate_again(crew, e, &touches, reckoned, err);
    else if (!status)
        status = heng_rule__evaluate_all(crew, e->program, world, e->until, NULL, NULL, e->arena,
                                         &e, reckoned, err);
    heng_arena_deinit(&scratch);
    if (!status) *out = e;
    return status;
}
