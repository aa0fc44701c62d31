/* How far a value may be off, as the cell beside it states it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/book/spread.h"
#include "flow/check/checker.h"

bool heng_check__read_uncertainty(heng_checker *checker, unsigned column,
                                  const heng_check_quantity *quantity,
                                  const heng_check__value *value, heng_str *out)
{
    heng_check__field field = heng_check__field_of(checker, column);
    heng_spread spread;
    heng_distribution ignored;
    heng_error why = {0};
    heng_str stated = {0};
    if (!heng_check__read_text(checker, column, false, HENG_NAME_MAX, &stated)) return false;
    if (!stated.length) return true;
    heng_status status = heng_spread_parse(stated, &spread, &why);
    bool number = !quantity->word_count && !quantity->yes_no && value->notation == HENG_VALUE;
    if (!status && !number)
        status = heng_fail(&why, HENG_REFUSED, 0, "there is no number beside it");
    if (!status) status = heng_spread_at(&spread, value->number, &ignored, &why);
    if (!status) {
        *out = stated;
        return true;
    }
    heng_str reason =
        heng_check__kept(checker, heng_str_copy(checker->arena, heng_str_from(why.message)));
    heng_check__report(checker, CHECK_UNCERTAINTY, &field, HENG_DETAILS(stated, reason));
    return false;
}
