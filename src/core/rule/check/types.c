/* Types as written, and what to say when two units do not meet.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/check/compile.h"

/* Messages about units bring their own remedy, behind the word. */
void heng_rule__unit_fault(rule_compiler *c, const char *code, heng_locus at, const char *caret,
                           const heng_error *why, const char *otherwise)
{
    heng_str message = heng_str_from(why->message), word = HENG_STR("Remedy: ");
    size_t split = heng_str_find(message, word, 0);
    const char *remedy = split == SIZE_MAX ? otherwise : why->message + split + word.length;
    if (split != SIZE_MAX) message = heng_str_trim(heng_str_slice(message, 0, split));
    if (heng_str_ends(message, HENG_STR("."))) message.length--;
    heng_diagnose(c->diagnostics, code, at, caret, remedy, "%.*s", HENG_PRINT(message));
}

static void unit_fault(rule_compiler *c, heng_word word, const heng_error *why)
{
    heng_locus at = word.at;
    if (why->where < word.text.length) {
        at.offset += (uint32_t)why->where;
        at.column += (uint32_t)why->where;
        at.length -= (uint32_t)why->where;
    }
    heng_rule__unit_fault(
        c, "R301", at, "not a unit", why,
        "write a unit such as t CO2, 10^4 tce or GJ/t, or add the substance to a list");
}

bool heng_rule__resolve_unit(rule_compiler *c, heng_word word, heng_unit *out)
{
    heng_error why = {0};
    heng_status status = heng_unit_parse(c->program->units, word.text, out, &why);
    if (status == HENG_OK) return true;
    if (status == HENG_NO_MEMORY) {
        *c->err = why;
        c->status = status;
    } else {
        unit_fault(c, word, &why);
    }
    return false;
}

bool heng_rule__resolve_type(rule_compiler *c, uint32_t file, const heng_type_written *written,
                             rule_type *out)
{
    *out = (rule_type){.kind = RULE_ANY, .unit = heng_unit_one(), .list = -1, .scope = {-1, -1}};
    switch (written->kind) {
    case HENG_TYPE_NONE: break;
    case HENG_TYPE_YES_NO: out->kind = RULE_YES_NO; break;
    case HENG_TYPE_UNIT:
        out->kind = RULE_NUMBER;
        out->text = written->unit.text;
        if (!heng_rule__resolve_unit(c, written->unit, &out->unit)) out->kind = RULE_ANY;
        break;
    case HENG_TYPE_LIST:
        out->list = heng_rule__list_find(c, file, written->list.text);
        if (out->list >= 0) {
            out->kind = RULE_WORD;
            break;
        }
        heng_diagnose(c->diagnostics, "R206", written->list.at, "not a list",
                      "give the list in this file or in one it uses", "there is no list %.*s",
                      HENG_PRINT(written->list.text));
        break;
    }
    return c->status == HENG_OK;
}

/* Some declared unit of the same value, as it was written. */
static heng_str written_somewhere(const heng_program *p, const heng_unit *unit)
{
    for (size_t i = 0; i < p->quantity_count; i++) {
        const rule_type *type = &p->quantities[i].type;
        if (type->kind == RULE_NUMBER && type->text.length && heng_unit_equal(&type->unit, unit))
            return type->text;
    }
    return (heng_str){0};
}

heng_str heng_rule__unit_text(rule_compiler *c, const rule_type *type)
{
    if (type->text.length) return type->text;
    if (heng_unit_is_number(&type->unit)) return HENG_STR("a plain number");
    heng_str text = written_somewhere(c->program, &type->unit);
    if (text.length) return text;
    heng_error why = {0};
    if (heng_unit_write(c->program->units, &type->unit, c->arena, &text, &why) != HENG_OK) {
        if (why.status == HENG_NO_MEMORY) *c->err = why, c->status = why.status;
        return HENG_STR("another unit");
    }
    if (!heng_str_starts(text, HENG_STR("1000 kg "))) return text;
    return heng_rule__join(c, HENG_STR("t "), "", heng_str_slice(text, 8, text.length));
}

static heng_unit parsed(rule_compiler *c, const char *text)
{
    heng_unit unit = heng_unit_one();
    heng_error why;
    if (heng_unit_parse(c->program->units, heng_str_from(text), &unit, &why) != HENG_OK)
        *c->err = why, c->status = why.status; /* the text is right: memory ran out */
    return unit;
}

static bool quotient(const heng_unit *a, const heng_unit *b, heng_unit *out)
{
    heng_error why;
    return heng_unit_divide(a, b, out, &why) == HENG_OK;
}

/* A table that would turn one unit into the other by multiplication; empty when there is none. */
static heng_str bridge(rule_compiler *c, const heng_unit *found, const heng_unit *wanted)
{
    heng_unit needed;
    if (!quotient(wanted, found, &needed) || heng_unit_is_number(&needed)) return (heng_str){0};
    for (size_t i = 0; i < c->program->quantity_count; i++) {
        const rule_quantity *q = &c->program->quantities[i];
        if (q->role != ROLE_TABLE || q->type.kind != RULE_NUMBER || q->key_count) continue;
        if (heng_unit_converts(&q->type.unit, &needed)) return q->name;
    }
    return (heng_str){0};
}

/* The same but for the year of the prices: CNY_2015 and CNY_2020. */
static bool differ_in_prices(rule_compiler *c, const heng_unit *a, const heng_unit *b)
{
    heng_unit ratio;
    heng_str text;
    heng_error why;
    if (!quotient(a, b, &ratio) || ratio.factor_count != 2) return false;
    for (unsigned i = 0; i < 2; i++) {
        heng_unit base = heng_unit_of_base(ratio.factors[i].base);
        if (heng_unit_write(c->program->units, &base, c->arena, &text, &why) != HENG_OK) {
            *c->err = why, c->status = why.status; /* one base is never too long: memory ran out */
            return false;
        }
        bool price =
            text.length == 8 && text.at[3] == '_' && text.at[4] >= '0' && text.at[4] <= '9';
        if (!price) return false;
    }
    return true;
}

static heng_str say(rule_compiler *c, const char *format, heng_str a, heng_str b)
{
    heng_text text;
    heng_text_init(&text, c->arena, 400 + 2 * (a.length + b.length));
    for (const char *at = format; *at; at++) {
        if (*at == '1')
            heng_text_add(&text, a);
        else if (*at == '2')
            heng_text_add(&text, b);
        else
            heng_text_add_char(&text, *at);
    }
    if (text.failed && c->status == HENG_OK)
        c->status = heng_fail(c->err, HENG_NO_MEMORY, 0, "no memory to compile the rules");
    return text.failed ? HENG_STR("") : heng_text_view(&text);
}

bool heng_rule__coal_and_power(rule_compiler *c, const heng_unit *a, const heng_unit *b)
{
    heng_unit coal = parsed(c, "tce"), power = parsed(c, "kWh");
    return (heng_unit_converts(a, &coal) && heng_unit_converts(b, &power)) ||
           (heng_unit_converts(b, &coal) && heng_unit_converts(a, &power));
}

rule_advice heng_rule__advise(rule_compiler *c, const rule_type *found, const rule_type *wanted,
                              heng_str found_name)
{
    heng_unit ratio, carbon = parsed(c, "t CO2/t C"), back = parsed(c, "t C/t CO2");
    const heng_unit *f = &found->unit, *w = &wanted->unit;
    heng_ratio factor;
    heng_error why;
    if (!quotient(w, f, &ratio)) return (rule_advice){HENG_STR(""), HENG_STR("check the units")};
    if (heng_unit_converts(&ratio, &carbon) || heng_unit_converts(&ratio, &back))
        return (rule_advice){
            HENG_STR("carbon is not carbon dioxide"),
            HENG_STR("multiply by carbon_to_co2 (44 t CO2 for 12 t C). A bare 44/12 has no unit")};
    if (differ_in_prices(c, f, w))
        return (rule_advice){HENG_STR("prices of different years"),
                             HENG_STR("bring both to one year with a deflator table")};
    if (heng_unit_is_number(f))
        return (rule_advice){HENG_STR("without a unit"),
                             say(c, "write the unit behind the number: 1",
                                 heng_rule__unit_text(c, wanted), (heng_str){0})};
    heng_str table = bridge(c, f, w);
    if (table.length)
        return (rule_advice){HENG_STR("a coefficient is missing"),
                             say(c, "multiply by 1", table, table)};
    if (heng_rule__coal_and_power(c, f, w))
        return (rule_advice){
            HENG_STR("coal equivalent has two valuations"),
            HENG_STR(
                "multiply by a coefficient, such as a table in kgce/kWh that says which it is")};
    if (heng_unit_recast(c->program->units, f, w, &factor, &why) == HENG_OK)
        return (rule_advice){HENG_STR("true only by definition"),
                             say(c, "write \"1 as 2\"",
                                 found_name.length ? found_name : HENG_STR("..."),
                                 heng_rule__unit_text(c, wanted))};
    return (rule_advice){
        HENG_STR("another kind of quantity"),
        HENG_STR("multiply or divide by what is missing, or correct the declared unit")};
}
