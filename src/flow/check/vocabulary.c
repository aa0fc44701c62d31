/* The vocabulary of a compiled program and of a book.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/check/check.h"

#include <assert.h>

/* Net amounts, changes and balances have a sign by nature, and say so in their name. */
static bool may_be_negative(heng_str name)
{
    static const char *const tails[] = {"_change", "_balance", "_difference", "_net"};
    if (heng_str_starts(name, HENG_STR("net_"))) return true;
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++)
        if (heng_str_ends(name, heng_str_from(tails[i]))) return true;
    return false;
}

static bool is_share(const heng_quantity_info *info)
{
    return heng_str_is(info->unit, "%") && (heng_str_starts(info->name, HENG_STR("share_")) ||
                                            heng_str_ends(info->name, HENG_STR("_share")));
}

static heng_check_key key_of(const heng_list_info *list)
{
    if (!list) return (heng_check_key){.is_number = true};
    return (heng_check_key){
        .name = list->name,
        .member_count = list->member_count,
        .members = list->members,
        .labels_en = list->member_labels_en,
        .labels_zh = list->member_labels_zh,
        .units = list->member_units,
        .entities_of = list->entities_of,
    };
}

static heng_check_quantity quantity_of(const heng_quantity_info *info)
{
    heng_check_quantity quantity = {
        .name = info->name,
        .qualified = info->qualified,
        .label_en = info->label_en,
        .label_zh = info->label_zh,
        .is_table = info->kind == HENG_QUANTITY_TABLE,
        .unit = info->unit,
        .yes_no = info->yes_no,
        .key_count = info->key_count,
        .kind_or_level = info->kind_or_level,
        .grain = info->grain,
        .range = is_share(info)                ? HENG_RANGE_SHARE
                 : may_be_negative(info->name) ? HENG_RANGE_ANY
                                               : HENG_RANGE_BY_UNIT,
    };
    for (size_t i = 0; i < info->key_count; i++) quantity.keys[i] = key_of(info->keys[i]);
    if (info->list) {
        quantity.word_count = info->list->member_count;
        quantity.words = info->list->members;
        quantity.word_labels_en = info->list->member_labels_en;
        quantity.word_labels_zh = info->list->member_labels_zh;
    }
    return quantity;
}

static bool fill_quantities(const heng_program *program, heng_arena *arena,
                            heng_check_vocabulary *out)
{
    size_t all = heng_program_quantity_count(program), count = 0;
    heng_check_quantity *quantities = HENG_ARRAY(arena, all, heng_check_quantity);
    if (!quantities) return false;
    for (size_t i = 0; i < all; i++) {
        heng_quantity_info info;
        heng_program_quantity(program, i, &info);
        if (info.kind != HENG_QUANTITY_RULE) quantities[count++] = quantity_of(&info);
    }
    out->quantities = quantities;
    out->quantity_count = count;
    return true;
}

static bool fill_kinds(const heng_program *program, heng_arena *arena, heng_check_vocabulary *out)
{
    size_t count = heng_program_kind_count(program);
    heng_check_kind *kinds = HENG_ARRAY(arena, count, heng_check_kind);
    if (!kinds) return false;
    for (size_t i = 0; i < count; i++) {
        heng_kind_info info;
        heng_program_kind(program, i, &info);
        heng_str *levels = HENG_ARRAY(arena, info.level_count, heng_str);
        if (!levels) return false;
        for (size_t k = 0; k < info.level_count; k++) levels[k] = heng_program_level(program, i, k);
        kinds[i] = (heng_check_kind){info.name, levels, info.level_count};
    }
    out->kinds = kinds;
    out->kind_count = count;
    return true;
}

static bool fill_substances(const heng_program *program, heng_arena *arena,
                            heng_check_vocabulary *out)
{
    size_t lists = heng_program_list_count(program), count = 0;
    for (size_t i = 0; i < lists; i++) {
        const heng_list_info *list = heng_program_list(program, i);
        if (list->substances) count += list->member_count;
    }
    heng_str *substances = HENG_ARRAY(arena, count, heng_str);
    if (!substances) return false;
    out->substances = substances;
    out->substance_count = count;
    for (size_t i = 0; i < lists; i++) {
        const heng_list_info *list = heng_program_list(program, i);
        for (size_t k = 0; list->substances && k < list->member_count; k++)
            *substances++ = list->members[k];
    }
    return true;
}

heng_status heng_check_vocabulary_of(const heng_program *program, const heng_entity *entities,
                                     size_t entity_count, const heng_source *sources,
                                     size_t source_count, heng_arena *arena,
                                     heng_check_vocabulary *out, heng_error *err)
{
    static const heng_str hierarchies[] = {{"place", 5}, {"industry", 8}, {"ownership", 9}};
    assert(program && arena && out && err);
    heng_check_vocabulary vocabulary = {
        .entities = entities,
        .entity_count = entity_count,
        .sources = sources,
        .source_count = source_count,
        .hierarchies = hierarchies,
        .hierarchy_count = sizeof hierarchies / sizeof *hierarchies,
    };
    if (!fill_quantities(program, arena, &vocabulary) || !fill_kinds(program, arena, &vocabulary) ||
        !fill_substances(program, arena, &vocabulary))
        return heng_fail(err, HENG_NO_MEMORY, 0, "no memory for the vocabulary of the rules");
    *out = vocabulary;
    return HENG_OK;
}
