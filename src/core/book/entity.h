/* core/book/entity.h: those whom we account for, and to what they belong, when.
 *
 * An entity has a code, a kind and, where the kind has levels (a place is a country, a province, a
 * city or a county), a level. Membership is a link, valid in a span of months, in one hierarchy: place
 * (GB/T 2260), industry (GB/T 4754) or ownership. An entity may have one parent in each hierarchy at a
 * time. Entities and links are recorded like facts: never changed, only followed by a later record.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/period.h"
#include "base/text.h"

typedef struct heng_entity {
    heng_str code;          /* CN, ZJ, 330100, D44; unique over all kinds */
    heng_str kind;          /* place, industry, firm, line, generator, project */
    heng_str level;         /* country, province, city, county; the kind's name where it has no levels */
    heng_str name_en;
    heng_str name_zh;
    heng_str standard_code; /* 330000 by GB/T 2260; may be empty */
    heng_span valid;
    heng_instant recorded;
} heng_entity;

typedef struct heng_link {
    heng_str member;
    heng_str parent;
    heng_str hierarchy; /* place, industry, ownership */
    heng_span valid;
    heng_instant recorded;
} heng_link;
